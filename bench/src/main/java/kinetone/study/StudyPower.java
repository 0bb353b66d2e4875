package kinetone.study;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import kinetone.common.Check;
import kinetone.metric.MannWhitney;
import kinetone.metric.RankBiserial;
import kinetone.metric.SignedRank;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;

/**
 * How often a study would find a difference between two sets, by simulation: each simulated study
 * is tested as {@link StudyAnalysis} tests a real one.
 *
 * @param model how raters rate
 * @param difference of the means of both sets, in points
 * @param alpha level of all tests together
 * @param tests how many it is divided among
 * @param simulations studies for each number of raters and clips
 * @param seed of the draws
 */
public record StudyPower(
    RatingModel model, double difference, double alpha, int tests, int simulations, long seed) {
  private static final long MOST_RATINGS = 4_000_000_000L;
  private static final int MOST = 10_000;

  /** Checks the ranges. */
  public StudyPower {
    Check.within("difference", difference, 0, 4);
    Check.that(alpha > 0 && alpha < 1, "alpha = %s, must lie between 0 and 1", alpha);
    Check.within("tests", tests, 1, MOST);
    Check.within("simulations", simulations, 1, 1_000_000);
  }

  /**
   * Studies of one size.
   *
   * @param clips of each set
   * @param power share of studies that find the difference, over clips
   * @param powerOverRatings likewise by Mann and Whitney's U over all ratings; with differing clips
   *     it finds differences where there are none, too
   * @param effect mean rank-biserial correlation
   */
  public record Cell(int clips, int raters, double power, double powerOverRatings, double effect) {
    /** Ratings of both sets. */
    long ratings() {
      return 2L * clips * raters;
    }
  }

  /**
   * Simulates studies of all sizes.
   *
   * @param progress hears study by study
   */
  public List<Cell> run(
      List<Integer> clips,
      List<Integer> raters,
      ProgressListener progress,
      Cancellation cancellation) {
    long ratings = 0;
    for (int many : clips) {
      Check.within("clips", many, 2, MOST);
      for (int people : raters) {
        Check.within("raters", people, 1, MOST);
        ratings += 2L * many * people * simulations;
      }
    }
    Check.that(
        ratings <= MOST_RATINGS,
        "%d ratings would be simulated, at most %d; ask for fewer simulations or sizes",
        ratings,
        MOST_RATINGS);
    List<Cell> cells = new ArrayList<>();
    int all = clips.size() * raters.size() * simulations;
    for (int many : clips) {
      for (int people : raters) {
        int before = cells.size() * simulations;
        cells.add(
            cell(
                many,
                people,
                (phase, step, steps) -> progress.progress(phase, before + step, all),
                cancellation));
      }
    }
    return cells;
  }

  private Cell cell(int clips, int raters, ProgressListener progress, Cancellation cancellation) {
    SplittableRandom random = new SplittableRandom(seed + 1_000_003L * clips + raters);
    double[] means = {difference / 2, -difference / 2};
    int found = 0;
    int foundOverRatings = 0;
    double effect = 0;
    for (int i = 0; i < simulations; i++) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("stopped");
      }
      int[][][] scores = model.draw(means, raters, clips, random);
      double[] first = all(scores[0]);
      double[] second = all(scores[1]);
      double[] differences = differences(scores);
      boolean higher = difference == 0 || Arrays.stream(differences).sum() > 0;
      found += higher && SignedRank.of(differences).p() * tests < alpha ? 1 : 0;
      foundOverRatings += higher && MannWhitney.of(first, second).p() * tests < alpha ? 1 : 0;
      effect += RankBiserial.ofCounts(counts(first), counts(second)) / simulations;
      progress.progress("simulate", i + 1, simulations);
    }
    return new Cell(
        clips,
        raters,
        (double) found / simulations,
        (double) foundOverRatings / simulations,
        effect);
  }

  private static double[] all(int[][] scores) {
    return Arrays.stream(scores).flatMapToInt(Arrays::stream).asDoubleStream().toArray();
  }

  private static long[] counts(double[] scores) {
    long[] counts = new long[Question.SCORES];
    for (double score : scores) {
      counts[(int) score - 1]++;
    }
    return counts;
  }

  private static double[] differences(int[][][] scores) {
    int raters = scores[0].length;
    double[] differences = new double[scores[0][0].length];
    for (int clip = 0; clip < differences.length; clip++) {
      int sum = 0;
      for (int rater = 0; rater < raters; rater++) {
        sum += scores[0][rater][clip] - scores[1][rater][clip];
      }
      // Sums of whole numbers, so that equal differences are equal.
      differences[clip] = sum;
    }
    return differences;
  }

  /** The size with the fewest ratings that finds the difference often enough. */
  public static Optional<Cell> smallest(List<Cell> cells, double power) {
    return cells.stream()
        .filter(cell -> cell.power() >= power)
        .min(Comparator.comparingLong(Cell::ratings));
  }
}
