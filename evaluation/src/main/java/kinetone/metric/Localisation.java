package kinetone.metric;

import java.util.Arrays;
import kinetone.common.Check;

/**
 * How well maps of where a sound comes from meet the truth (Senocak et al. 2018). The protocol is
 * EZ-VSL's: a map is cut at its median, and with M the larger half and g the truth of a pixel, from
 * 0 to 1, the consensus intersection over union is Σ M g / (Σ g + Σ M [g = 0]). Papers call the
 * share of pictures with one half or more "CIoU".
 *
 * @param unions of each picture
 */
public record Localisation(double[] unions) {
  private static final double RIGHT = 0.5;
  private static final double STEP = 0.05;

  /**
   * The consensus intersection over union of one picture.
   *
   * @param map larger where the sound is thought to come from; any scale, any order of pixels
   * @param truth of the same pixels, 0 to 1, not 0 everywhere
   */
  public static double union(double[] map, double[] truth) {
    Check.that(
        map.length == truth.length && map.length > 0,
        "a map of %d pixels has a truth of %d",
        map.length,
        truth.length);
    double[] sorted = map.clone();
    Arrays.sort(sorted);
    double threshold = sorted[sorted.length / 2];
    double met = 0;
    double beside = 0;
    double all = 0;
    for (int i = 0; i < map.length; i++) {
      boolean chosen = map[i] >= threshold;
      all += truth[i];
      met += chosen ? truth[i] : 0;
      beside += chosen && truth[i] == 0 ? 1 : 0;
    }
    Check.that(all > 0, "the truth of a picture says that the sound comes from nowhere");
    return met / (all + beside);
  }

  /** Share of pictures with one half or more: "CIoU". */
  public double share() {
    return share(RIGHT);
  }

  /** Mean over pictures. */
  public double mean() {
    return Arrays.stream(unions).average().orElse(Double.NaN);
  }

  /** Area below the share of pictures over thresholds 0, 0.05 ... 1: "AUC". */
  public double area() {
    double area = 0;
    for (int i = 0; i < 20; i++) {
      area += STEP * (share(STEP * i) + share(STEP * (i + 1))) / 2;
    }
    return area;
  }

  private double share(double threshold) {
    return Arrays.stream(unions).filter(union -> union >= threshold).count()
        / (double) unions.length;
  }
}
