package kinetone.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import kinetone.common.KinetoneException;

/**
 * Another process like this one: the same java, options and class path, for what a process that has
 * run before cannot show. Its errors go where those of this process go.
 */
final class FreshProcess {
  private FreshProcess() {}

  /**
   * Runs {@code main} until it ends.
   *
   * @param lines hears every line of its output at once
   */
  static void run(Class<?> main, List<String> arguments, Consumer<String> lines) {
    List<String> command = command(main);
    command.addAll(arguments);
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
          lines.accept(line);
        }
      }
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KinetoneException.resource(e, "interrupted while a started process ran");
    }
  }

  private static List<String> command(Class<?> main) {
    String java =
        ProcessHandle.current()
            .info()
            .command()
            .orElseGet(() -> Path.of(System.getProperty("java.home"), "bin", "java").toString());
    List<String> command = new ArrayList<>();
    command.add(java);
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(main.getName());
    return command;
  }
}
