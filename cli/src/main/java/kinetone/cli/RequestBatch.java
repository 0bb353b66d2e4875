package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.pipeline.AskedRequest;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.TaskKind;

/**
 * A file of requests, one a line. All lines are looked at before any work; a request that fails at
 * work is told and the others go on.
 */
final class RequestBatch {
  private static final long MAX_BYTES = 64L << 20;
  private static final int SHOWN = 10;

  private final List<Json.Line<AskedRequest>> requests;

  private RequestBatch(List<Json.Line<AskedRequest>> requests) {
    this.requests = requests;
  }

  /** One request at work. */
  @FunctionalInterface
  interface Work {
    /** Does it; {@code number} counts from 1. */
    void on(int number, AskedRequest request);
  }

  /**
   * Reads a file.
   *
   * @throws KinetoneException of kind USER when a line is no request, telling the first such line
   *     and the numbers of the others
   */
  static RequestBatch read(Path file) {
    List<String> lines = InputFile.text(file, "batch file", MAX_BYTES).lines().toList();
    List<Json.Line<AskedRequest>> requests = new ArrayList<>();
    Faults faults = new Faults();
    for (int i = 0; i < lines.size(); i++) {
      String where = Printable.of(file) + ":" + (i + 1);
      String line = lines.get(i);
      if (!line.isBlank()) {
        faults.of(
            where,
            () -> requests.add(new Json.Line<>(where, Json.read(where, line, AskedRequest.class))));
      }
    }
    // Lines that can be read may be wrong in what they ask for; people mend all at once.
    for (Json.Line<AskedRequest> line : requests) {
      faults.of(
          line.where(),
          () ->
              use(
                  line,
                  request -> {
                    request.requireRanges();
                    request.request(0);
                  }));
    }
    faults.requireNone();
    Check.that(!requests.isEmpty(), "batch file %s holds no request", file);
    return new RequestBatch(requests);
  }

  /**
   * One request for each clip, its seed the number of the clip.
   *
   * @param task for which a clip is enough: v2a, a2v or joint
   */
  static RequestBatch ofClips(TaskKind task, List<Path> clips) {
    Check.that(
        task == TaskKind.V2A || task == TaskKind.A2V || task == TaskKind.JOINT,
        "task %s needs more than a clip; write a file for --requests",
        task.label());
    List<Json.Line<AskedRequest>> requests = new ArrayList<>();
    for (int i = 0; i < clips.size(); i++) {
      requests.add(
          new Json.Line<>(
              Printable.of(clips.get(i)),
              AskedRequest.of(
                  task,
                  task == TaskKind.V2A ? clips.get(i) : null,
                  task == TaskKind.A2V ? clips.get(i) : null,
                  Map.of(),
                  (long) i,
                  OptionValues.NONE)));
    }
    return new RequestBatch(requests);
  }

  /** How many requests there are. */
  int size() {
    return requests.size();
  }

  /** The requests. */
  List<AskedRequest> requests() {
    return requests.stream().map(Json.Line::value).toList();
  }

  /** Requires that {@code rule} refuses no request; see {@link #read}. */
  void check(Consumer<AskedRequest> rule) {
    Faults faults = new Faults();
    for (Json.Line<AskedRequest> line : requests) {
      faults.of(line.where(), () -> use(line, rule));
    }
    faults.requireNone();
  }

  /**
   * Works on one request after the other; what fails is told on standard error, and at the end how
   * much. A machine that is short of something ends the batch, since the rest would fail too.
   *
   * @return the exit status
   */
  int run(Work work) {
    List<String> failed = new ArrayList<>();
    int status = 0;
    for (int i = 0; i < requests.size(); i++) {
      int number = i + 1;
      Json.Line<AskedRequest> line = requests.get(i);
      try {
        use(line, request -> work.on(number, request));
      } catch (KinetoneException e) {
        if (e.kind() == KinetoneException.Kind.RESOURCE) {
          throw e;
        }
        System.err.println("kinetone: " + Printable.line(e.getMessage()));
        failed.add(line.where());
        status = Math.max(status, e.kind().exitCode());
      }
    }
    if (!failed.isEmpty()) {
      System.err.printf(
          "kinetone: %d of %d requests failed (%s); mend them and give the same command, which"
              + " makes only what is missing%n",
          failed.size(), requests.size(), list(failed));
    }
    return status;
  }

  private static void use(Json.Line<AskedRequest> line, Consumer<AskedRequest> work) {
    line.apply(
        request -> {
          work.accept(request);
          return null;
        });
  }

  private static String list(List<String> all) {
    return all.stream().limit(SHOWN).collect(Collectors.joining(", "))
        + (all.size() > SHOWN ? ", ..." : "");
  }

  /** What is wrong with the lines of a file, gathered into one error. */
  private static final class Faults {
    private final List<String> places = new ArrayList<>();
    private KinetoneException first;

    void of(String where, Runnable check) {
      try {
        check.run();
      } catch (KinetoneException e) {
        if (e.kind() != KinetoneException.Kind.USER) {
          throw e;
        }
        if (first == null) {
          first = e;
        } else {
          places.add(where);
        }
      }
    }

    void requireNone() {
      if (first != null && !places.isEmpty()) {
        throw KinetoneException.user(
            first, "%s (wrong are also %s)", first.getMessage(), list(places));
      }
      if (first != null) {
        throw first;
      }
    }
  }
}
