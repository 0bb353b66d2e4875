package kinetone.study;

import java.util.SplittableRandom;
import kinetone.common.Check;

/**
 * How simulated raters rate: the mean of a set, plus what the content, the clip, the rater and the
 * moment add, each normal, rounded to the scale. Deviations are in points.
 *
 * @param content of contents, the same in every set
 * @param clip of clips beyond that: systems that are equally good are not so on every clip
 * @param rater of raters, the same for every clip
 * @param moment of single ratings
 */
public record RatingModel(double content, double clip, double rater, double moment) {
  /** Deviations as in published tests of speech and sound: about half a point each. */
  public static final RatingModel USUAL = new RatingModel(0.5, 0.5, 0.5, 0.8);

  /** Middle of the scale. */
  private static final double MIDDLE = 3;

  /** Checks the ranges. */
  public RatingModel {
    Check.within("deviation of contents", content, 0, 4);
    Check.within("deviation of clips", clip, 0, 4);
    Check.within("deviation of raters", rater, 0, 4);
    Check.within("deviation of ratings", moment, 0, 4);
  }

  /**
   * Draws ratings.
   *
   * @param means of the sets less the middle of the scale, in points
   * @return by set, rater and clip
   */
  int[][][] draw(double[] means, int raters, int clips, SplittableRandom random) {
    double[] ofContents = normals(clips, content, random);
    double[] ofRaters = normals(raters, rater, random);
    int[][][] scores = new int[means.length][raters][clips];
    for (int set = 0; set < means.length; set++) {
      double[] ofClips = normals(clips, clip, random);
      for (int who = 0; who < raters; who++) {
        for (int what = 0; what < clips; what++) {
          double felt =
              MIDDLE
                  + means[set]
                  + ofContents[what]
                  + ofClips[what]
                  + ofRaters[who]
                  + moment * random.nextGaussian();
          scores[set][who][what] = (int) Math.max(1, Math.min(Question.SCORES, Math.round(felt)));
        }
      }
    }
    return scores;
  }

  private static double[] normals(int count, double deviation, SplittableRandom random) {
    double[] drawn = new double[count];
    for (int i = 0; i < count; i++) {
      drawn[i] = deviation * random.nextGaussian();
    }
    return drawn;
  }
}
