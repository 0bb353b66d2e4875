package kinetone.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.tensor.Engine;

/**
 * How long a fresh process takes to its first denoising step: the same java, options and class path
 * as this process, the clock running from before the process starts.
 */
public final class StartBench {
  /**
   * The figures.
   *
   * @param runs processes started
   * @param moments on the way
   */
  public record Report(int runs, List<Reached> moments) {}

  /**
   * When a moment is reached, in seconds from the start of the process.
   *
   * @param moment for example "model" or "first step done"
   * @param minSeconds of all runs
   * @param medianSeconds of all runs
   */
  public record Reached(String moment, double minSeconds, double medianSeconds) {}

  /** What a run goes through, in this order. */
  enum Moment {
    JVM,
    ENGINE,
    MODEL,
    FIRST_STEP_BEGINS,
    FIRST_STEP_DONE
  }

  private StartBench() {}

  /** Starts {@code runs} processes one after the other with the model in {@code folder}. */
  public static Report run(Path folder, int runs) {
    Check.atLeast("runs", runs, 1);
    List<String> command = command(folder);
    Map<Moment, double[]> seconds = new EnumMap<>(Moment.class);
    for (Moment moment : Moment.values()) {
      seconds.put(moment, new double[runs]);
    }
    for (int i = 0; i < runs; i++) {
      Map<Moment, Double> reached = start(command);
      for (Moment moment : Moment.values()) {
        if (!reached.containsKey(moment)) {
          throw KinetoneException.internal("a started process ended before '%s'", moment);
        }
        seconds.get(moment)[i] = reached.get(moment);
      }
    }
    return report(seconds);
  }

  static Report report(Map<Moment, double[]> seconds) {
    List<Reached> moments = new ArrayList<>();
    int runs = 0;
    for (Map.Entry<Moment, double[]> entry : seconds.entrySet()) {
      double[] values = entry.getValue();
      runs = values.length;
      String name = entry.getKey().name().toLowerCase(Locale.ROOT).replace('_', ' ');
      moments.add(new Reached(name, Timing.min(values), Timing.median(values)));
    }
    return new Report(runs, List.copyOf(moments));
  }

  private static List<String> command(Path folder) {
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
    command.add(StartProbe.class.getName());
    command.add(folder.toAbsolutePath().toString());
    command.add(Integer.toString(Engine.threads()));
    return command;
  }

  private static Map<Moment, Double> start(List<String> command) {
    Map<Moment, Double> reached = new EnumMap<>(Moment.class);
    long start = System.nanoTime();
    try {
      Process process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
          double now = (System.nanoTime() - start) / 1e9;
          if (line.startsWith(StartProbe.PREFIX)) {
            reached.put(Moment.valueOf(line.substring(StartProbe.PREFIX.length())), now);
          }
        }
      }
      process.waitFor();
      return reached;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KinetoneException.resource(e, "interrupted while a started process ran");
    }
  }
}
