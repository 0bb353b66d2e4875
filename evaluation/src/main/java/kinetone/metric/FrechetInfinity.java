package kinetone.metric;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import kinetone.common.Check;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/**
 * What a Fréchet distance would be with endlessly many clips (Chong and Forsyth 2020): its bias
 * falls as 1 / n, so a straight line through the distances of subsets over 1 / n meets 0 there. The
 * line removes the bias of the clips, not that of the reference.
 *
 * @param value at 1 / n = 0; may be a little less than nothing
 * @param clips sizes of the subsets
 * @param distances of the subsets
 */
public record FrechetInfinity(double value, List<Integer> clips, List<Double> distances) {
  private static final int POINTS = 15;

  /**
   * Of {@value #POINTS} subsets, from a quarter of the clips to all of them, each the beginning of
   * another shuffle.
   *
   * @param features a row per clip, 16 rows at least
   * @param seed of the shuffles
   */
  public static FrechetInfinity of(FrechetDistance from, List<double[]> features, long seed) {
    int all = features.size();
    Check.atLeast("clips to extrapolate a Fréchet distance from", all, 16);
    Random random = new Random(seed);
    List<double[]> order = new ArrayList<>(features);
    List<Integer> sizes = new ArrayList<>();
    List<Double> distances = new ArrayList<>();
    for (int point = 0; point < POINTS; point++) {
      Collections.shuffle(order, random);
      int size = (int) Math.round(all / 4.0 + point * (all - all / 4.0) / (POINTS - 1));
      sizes.add(size);
      distances.add(from.of(order.subList(0, size)));
    }
    return of(sizes, distances);
  }

  /** Through given distances of given numbers of clips. */
  public static FrechetInfinity of(List<Integer> sizes, List<Double> distances) {
    SimpleRegression line = new SimpleRegression();
    for (int i = 0; i < sizes.size(); i++) {
      line.addData(1.0 / sizes.get(i), distances.get(i));
    }
    return new FrechetInfinity(line.getIntercept(), sizes, distances);
  }
}
