package kinetone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kinetone.common.AtomicFile;
import kinetone.testkit.Mutants;

/**
 * Bad input through the commands, in processes that may have 3.5 GB each and a minute for a command
 * line: altered models ({@link AlteredModels}), damaged media ({@link Mutants}) and pickles ({@link
 * HostilePickles}). What ends well ends with status 0 and a clip that is finite and not empty, or
 * with 2 and one line.
 */
final class Ordeal {
  /** Most memory that a process may ask for, KiB, and most that it may hold. */
  static final long LIMIT_KIB = 3_500_000;

  static final long SECONDS = 60;
  static final String MARK = "trial: ";
  static final int MUTANTS = Integer.getInteger("kinetone.mutants", 240);

  /**
   * What became of a trial.
   *
   * @param fault what was wrong; empty when it ended well
   * @param mib most memory that was held, MiB
   */
  record Outcome(String name, String status, double seconds, long mib, String fault) {}

  private Ordeal() {}

  /** A line of figures. */
  static String summary(OrdealTrials.Kind kind, List<Outcome> outcomes) {
    Map<String, Integer> statuses = new TreeMap<>();
    outcomes.forEach(outcome -> statuses.merge(outcome.status(), 1, Integer::sum));
    return String.format(
        Locale.ROOT,
        "%s: %d trials, %d not well; statuses of their command lines %s; slowest %.1f s, most"
            + " memory %d MiB",
        kind,
        outcomes.size(),
        outcomes.stream().filter(outcome -> !outcome.fault().isEmpty()).count(),
        statuses,
        outcomes.stream().mapToDouble(Outcome::seconds).max().orElse(0),
        outcomes.stream().mapToLong(Outcome::mib).max().orElse(0));
  }

  /**
   * Takes trials through child processes, as many as needed: a child that dies or lasts too long is
   * replaced.
   *
   * @param log hears of each trial that does not end well
   */
  static List<Outcome> endure(OrdealTrials.Kind kind, List<Integer> numbers, PrintStream log)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    Path shared = Files.createTempDirectory("ordeal");
    Child child = null;
    try {
      List<OrdealTrials.Trial> trials = OrdealTrials.of(kind, shared);
      for (int number : numbers) {
        child = child == null ? new Child(kind) : child;
        Outcome outcome = child.run(number, trials.get(number).name());
        outcomes.add(outcome);
        if (!outcome.fault().isEmpty()) {
          log.println(number + " " + outcome);
        }
        if (child.isOver()) {
          child = null;
        }
      }
    } finally {
      if (child != null) {
        child.close();
      }
      AtomicFile.deleteQuietly(shared);
    }
    return outcomes;
  }

  /** A process that takes trials by number and says what became of each. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private boolean over;

    Child(OrdealTrials.Kind kind) throws IOException {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("bash", "-c", "ulimit -d " + LIMIT_KIB + "; exec \"$@\"", "bash"));
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      command.addAll(
          List.of(
              "-Dkinetone.mutants=" + MUTANTS,
              "-cp",
              System.getProperty("java.class.path"),
              OrdealWorker.class.getName(),
              kind.name()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      said = process.inputReader(StandardCharsets.UTF_8);
    }

    boolean isOver() {
      return over;
    }

    Outcome run(int number, String name) throws IOException, InterruptedException {
      long began = System.nanoTime();
      process.outputWriter(StandardCharsets.UTF_8).append(number + "\n").flush();
      long mib = 0;
      String end = null;
      while (end == null) {
        double seconds = (System.nanoTime() - began) / 1e9;
        mib = Math.max(mib, held("VmRSS"));
        if (said.ready()) {
          String line = said.readLine();
          if (line == null || !line.startsWith(MARK)) {
            // Native libraries write to standard output too.
            continue;
          }
          String[] parts = line.substring(MARK.length()).split("\t", -1);
          return new Outcome(
              name,
              parts[0],
              Double.parseDouble(parts[1]),
              Math.max(mib, Long.parseLong(parts[2])),
              parts[3]);
        } else if (!process.isAlive()) {
          end = "the process died with status " + process.exitValue();
        } else if (seconds > 2 * SECONDS) {
          end = "it lasts";
        } else if (mib > LIMIT_KIB / 1024) {
          end = "it holds " + mib + " MiB";
        }
        Thread.sleep(5);
      }
      close();
      return new Outcome(name, "none", (System.nanoTime() - began) / 1e9, mib, end);
    }

    private long held(String what) {
      return memory(process.pid() + "", what);
    }

    @Override
    public void close() throws IOException {
      over = true;
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      said.close();
    }
  }

  /** A line of Linux's account of a process, MiB; 0 elsewhere. */
  static long memory(String pid, String what) {
    try {
      Matcher found =
          Pattern.compile(what + ":\\s+(\\d+) kB")
              .matcher(Files.readString(Path.of("/proc", pid, "status")));
      return found.find() ? Long.parseLong(found.group(1)) / 1024 : 0;
    } catch (IOException e) {
      return 0;
    }
  }
}
