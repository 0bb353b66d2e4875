package kinetone.metric;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import kinetone.common.Check;

/**
 * How far a figure would move with other scenes of the same kind: the percentile bootstrap (Efron
 * and Tibshirani 1993, chapter 13). Scenes are drawn with replacement, as many as there are, the
 * figure is taken of each such draw, and the interval lies between quantiles of those. It says
 * nothing about other seeds, other trainings or other kinds of scene. The draws depend on the seed
 * and the number of scenes alone, so that figures of one run are taken of the same draws.
 *
 * @param resamples how many draws
 * @param level share of the draws between the ends of the interval
 * @param seed of the draws
 */
public record Bootstrap(int resamples, double level, long seed) {
  /** 95 % of 2 000 draws. */
  public static final Bootstrap STANDARD = new Bootstrap(2000, 0.95, 1);

  /**
   * A figure and the ends of its interval.
   *
   * @param value of the scenes themselves
   */
  public record Interval(double value, double low, double high) {}

  /** Checks the ranges. */
  public Bootstrap {
    Check.within("resamples", resamples, 1, 1_000_000);
    Check.that(level > 0 && level < 1, "level = %s, must lie between 0 and 1", level);
  }

  /**
   * The interval of {@code figure}; its ends are not numbers where the figure of a draw is none.
   *
   * @param scenes how many
   * @param figure of the scenes of these numbers, from 0, of which some come again
   */
  public Interval interval(int scenes, ToDoubleFunction<int[]> figure) {
    Check.atLeast("scenes", scenes, 1);
    SplittableRandom random = new SplittableRandom(seed);
    double[] drawn = new double[resamples];
    for (int i = 0; i < resamples; i++) {
      drawn[i] = figure.applyAsDouble(random.ints(scenes, 0, scenes).toArray());
    }
    Arrays.sort(drawn);
    double value = figure.applyAsDouble(IntStream.range(0, scenes).toArray());
    // What is not a number is sorted to the end.
    if (Double.isNaN(drawn[resamples - 1])) {
      return new Interval(value, Double.NaN, Double.NaN);
    }
    return new Interval(value, quantile(drawn, (1 - level) / 2), quantile(drawn, (1 + level) / 2));
  }

  /**
   * The same for a figure that few scenes bias, such as a distance between distributions: draws,
   * which hold fewer different scenes, are biased once more, so their quantiles are moved by what
   * the mean of the draws is off.
   */
  public Interval centred(int scenes, ToDoubleFunction<int[]> figure) {
    double[] sum = new double[1];
    int[] calls = new int[1];
    Interval plain =
        interval(
            scenes,
            drawn -> {
              double value = figure.applyAsDouble(drawn);
              // The last call is for the scenes themselves.
              if (calls[0]++ < resamples) {
                sum[0] += value;
              }
              return value;
            });
    double off = sum[0] / resamples - plain.value();
    return new Interval(plain.value(), plain.low() - off, plain.high() - off);
  }

  /** Interpolates between the neighbours. */
  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    int above = Math.min(below + 1, sorted.length - 1);
    if (sorted[below] == sorted[above]) {
      return sorted[below];
    }
    return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
  }
}
