package kinetone.cli;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command in a process of its own. */
final class ChildProcess {
  private ChildProcess() {}

  /**
   * Starts {@code kinetone arguments}; both output streams, native ones too, come as one pipe.
   *
   * @param before a shell command, for example one that sets a limit
   */
  static Process start(String before, String... arguments) throws IOException {
    return start(before, List.of(), arguments);
  }

  /** The same with {@code first} before everything on the class path. */
  static Process start(String before, List<Path> first, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.addAll(List.of("bash", "-c", before + "; exec \"$@\"", "bash"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData", "-XX:+UseSerialGC"));
    List<String> path = new ArrayList<>(first.stream().map(Path::toString).toList());
    path.add(System.getProperty("java.class.path"));
    command.addAll(
        List.of("-cp", String.join(File.pathSeparator, path), Main.class.getCanonicalName()));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).start();
  }
}
