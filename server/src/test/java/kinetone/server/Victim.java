package kinetone.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that is started to be killed, with those that it starts itself. */
final class Victim implements AutoCloseable {
  private final Process process;
  private final String word;

  /** Starts {@code main} and waits for its first line. */
  Victim(Class<?> main, String... arguments) throws IOException {
    this(List.of(), main, arguments);
  }

  /** The same under a limit of the shell, as {@code ulimit -f 512}. */
  static Victim under(String limit, Class<?> main, String... arguments) throws IOException {
    return new Victim(List.of("/bin/bash", "-c", limit + "; exec \"$@\"", "bash"), main, arguments);
  }

  private Victim(List<String> shell, Class<?> main, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(shell);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Dorg.bytedeco.openblas.load=mkl_rt",
            "-Dorg.bytedeco.javacpp.nopointergc=true",
            "-cp",
            System.getProperty("java.class.path"),
            main.getName()));
    command.addAll(List.of(arguments));
    process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    word =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
            .readLine();
  }

  /** The first line that it printed. */
  String word() {
    return word;
  }

  /** Its memory, and that of the processes that it started, where the system tells. */
  long residentBytes() throws IOException {
    List<Long> all = new ArrayList<>(List.of(process.pid()));
    process.descendants().forEach(child -> all.add(child.pid()));
    long pages = 0;
    for (long pid : all) {
      Path file = Path.of("/proc", Long.toString(pid), "statm");
      if (Files.exists(file)) {
        pages += Long.parseLong(Files.readString(file).split(" ", 3)[1]);
      }
    }
    return 4096 * pages;
  }

  /**
   * Kills it, as {@code kill -9} does.
   *
   * @return how many of the processes that it started live on for more than ten seconds
   */
  long kill() throws InterruptedException {
    List<ProcessHandle> children = process.descendants().toList();
    process.destroyForcibly().waitFor();
    long until = System.nanoTime() + Duration.ofSeconds(10).toNanos();
    while (children.stream().anyMatch(ProcessHandle::isAlive) && System.nanoTime() < until) {
      Thread.sleep(50);
    }
    return children.stream().filter(ProcessHandle::isAlive).count();
  }

  /** Lets it end as it should. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(30, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
