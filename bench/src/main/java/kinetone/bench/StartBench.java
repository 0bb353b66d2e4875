package kinetone.bench;

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
 * How long a fresh process takes to its first denoising step, the clock running from before the
 * process starts.
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
    List<String> arguments =
        List.of(folder.toAbsolutePath().toString(), Integer.toString(Engine.threads()));
    Map<Moment, double[]> seconds = new EnumMap<>(Moment.class);
    for (Moment moment : Moment.values()) {
      seconds.put(moment, new double[runs]);
    }
    for (int i = 0; i < runs; i++) {
      Map<Moment, Double> reached = start(arguments);
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

  private static Map<Moment, Double> start(List<String> arguments) {
    Map<Moment, Double> reached = new EnumMap<>(Moment.class);
    long start = System.nanoTime();
    FreshProcess.run(
        StartProbe.class,
        arguments,
        line -> {
          double now = (System.nanoTime() - start) / 1e9;
          if (line.startsWith(StartProbe.PREFIX)) {
            reached.put(Moment.valueOf(line.substring(StartProbe.PREFIX.length())), now);
          }
        });
    return reached;
  }
}
