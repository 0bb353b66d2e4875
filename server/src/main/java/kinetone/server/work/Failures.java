package kinetone.server.work;

import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.server.job.Job;
import kinetone.server.store.MediaStore;

/** What is told of errors: the line that the command line prints, without the server's paths. */
public final class Failures {
  private Failures() {}

  /** What a job ends with. */
  static Job.Failure of(KinetoneException e, MediaStore store) {
    return switch (e.kind()) {
      case USER -> new Job.Failure("invalid_input", line(e, store));
      case RESOURCE -> new Job.Failure("out_of_resources", line(e, store));
      case MACHINE, INTERNAL ->
          new Job.Failure("server_error", "a fault of the server; its log says more");
    };
  }

  /** One line. */
  public static String line(KinetoneException e, MediaStore store) {
    String folder = Printable.of(store.folder());
    String temporary = Printable.of(store.temporaryFolder());
    return Printable.line(e.getMessage())
        .replaceAll(java.util.regex.Pattern.quote(folder) + "/[0-9a-f]{2}/[0-9a-f]{64}", "the file")
        .replaceAll(java.util.regex.Pattern.quote(temporary) + "[^ ,;:]*", "the file");
  }
}
