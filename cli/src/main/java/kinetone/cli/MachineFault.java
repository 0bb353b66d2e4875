package kinetone.cli;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kinetone.common.Memory;
import kinetone.common.Printable;

/**
 * What the machine could not do: errors of the Java machine and of the native libraries, in one
 * line with a remedy. Nothing is wrong with the input then, nor with the program.
 */
final class MachineFault {
  /** How the loader of Linux names a library that another one needs and it cannot find. */
  private static final Pattern MISSING =
      Pattern.compile("(lib[\\w.+-]+): cannot open shared object file");

  private static final Pattern OF_GPUS =
      Pattern.compile("lib(cu|nccl|nv|c10_cuda|torch_cuda)[\\w.+-]*");

  private MachineFault() {}

  /** The line about {@code fault} or what caused it; empty when it is a fault of another kind. */
  static Optional<String> line(Throwable fault) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError memory) {
        return Optional.of(memory(memory));
      }
      if (cause instanceof LinkageError) {
        Matcher missing = MISSING.matcher(reason(fault));
        if (missing.find()) {
          return Optional.of(missing(missing.group(1)));
        }
        return Optional.of(
            "the native libraries cannot be loaded (%s); they are unpacked into %s, which takes %d MB"
                    .formatted(reason(fault), NativeLibraries.folder(), NativeLibraries.BYTES >> 20)
                + " of disk, and need memory and open files (ulimit -v, -n): make room, or remove"
                + " that folder and try again");
      }
    }
    return fault instanceof Error && !(fault instanceof StackOverflowError)
        ? Optional.of(
            "the Java machine cannot go on (%s); look at memory, disk space and limits (ulimit -a)"
                .formatted(reason(fault)))
        : Optional.empty();
  }

  private static String missing(String library) {
    return OF_GPUS.matcher(library).matches()
        ? "this is built for GPUs (-Pgpu) and needs the library %s, which is not found; install the"
                .formatted(library)
            + " driver and the libraries of CUDA 13, or say where they are (LD_LIBRARY_PATH);"
            + " without a GPU build without -Pgpu"
        : "the native libraries need %s, which is not found; install it, or say where it is"
                .formatted(library)
            + " (LD_LIBRARY_PATH)";
  }

  private static String memory(OutOfMemoryError error) {
    String message = String.valueOf(error.getMessage());
    if (message.contains("thread")) {
      return "the machine allows no more threads; give fewer with --threads, or raise its limit"
          + " (ulimit -u)";
    }
    if (message.contains("heap") || message.contains("GC") || message.contains("array size")) {
      return "what is asked for is more than Java's heap of %s holds; ask for less, or give it more:"
              .formatted(Memory.gib((double) Runtime.getRuntime().maxMemory()))
          + " KINETONE_JAVA_OPTS=-Xmx8g";
    }
    return "the machine has no more memory (%s); ask for less, or raise its limit (ulimit -v)"
        .formatted(Printable.line(message));
  }

  /** The innermost message says most: a full disk is the cause of a cause. */
  private static String reason(Throwable fault) {
    Throwable innermost = fault;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String message = innermost.getMessage();
    return message == null || message.isBlank()
        ? "no reason is known"
        : Printable.line(message.replaceAll("\\b(?:[a-z]+\\.)+(?=[A-Z])", ""));
  }
}
