package kinetone.study;

import java.util.List;
import kinetone.metric.Bootstrap;

/**
 * What a study found.
 *
 * @param study id of its page
 * @param alpha two-sided level of the tests, after correction
 * @param tests how many the level is divided among (Bonferroni)
 * @param raters all, those left out too
 * @param ratings how scores are distributed; the real clips last, where there are some
 * @param comparisons of scores of two sets
 * @param preferences between two sets in pairs
 * @param agreement of the raters that count
 */
public record StudyReport(
    String study,
    String title,
    List<String> sets,
    double alpha,
    int tests,
    List<Screening.RaterVerdict> raters,
    List<Ratings> ratings,
    List<Comparison> comparisons,
    List<Preference> preferences,
    List<Agreement> agreement) {
  /**
   * Scores of one set.
   *
   * @param clips how many were rated
   * @param counts how often each score was given, from 1 to 5
   * @param mean its interval is over raters
   */
  public record Ratings(
      Question question, String set, int clips, long[] counts, Bootstrap.Interval mean) {}

  /**
   * Two sets of single clips on one question.
   *
   * @param u of the first set's ratings (Mann and Whitney)
   * @param pRatings of U, over all ratings as if each were independent, as in Kim et al. 2024
   * @param pRatingsCorrected by Bonferroni
   * @param effect rank-biserial correlation of the ratings, positive where the first set is rated
   *     higher; its interval is over raters
   * @param effectOverClips the same with an interval over clips
   * @param clips that were rated in both sets
   * @param difference mean over clips of the first set's mean rating less the second's
   * @param pClips of Wilcoxon's signed ranks of these differences: holds for other clips too
   * @param pClipsCorrected by Bonferroni
   * @param verdict by clips
   */
  public record Comparison(
      Question question,
      String first,
      String second,
      long firstRatings,
      long secondRatings,
      double u,
      double pRatings,
      double pRatingsCorrected,
      Bootstrap.Interval effect,
      Bootstrap.Interval effectOverClips,
      int clips,
      double difference,
      double pClips,
      double pClipsCorrected,
      String verdict) {}

  /**
   * Two sets in pairs on one question.
   *
   * @param forFirst choices of the first
   * @param none choices of neither
   * @param share of the first among choices of one or the other, with its exact interval
   * @param pChoices exact, over all choices as if each were independent
   * @param clipsForFirst clips of which more choices were for the first
   * @param pClips of Wilcoxon's signed ranks of the mean preference by clip
   * @param verdict by clips
   */
  public record Preference(
      Question question,
      String first,
      String second,
      int forFirst,
      int none,
      int forSecond,
      Bootstrap.Interval share,
      double pChoices,
      double pChoicesCorrected,
      int clipsForFirst,
      int clipsForSecond,
      int clips,
      double pClips,
      double pClipsCorrected,
      String verdict) {}

  /**
   * Krippendorff's alpha, ordinal.
   *
   * @param of ratings or pairs
   * @param trials that two raters at least answered
   * @param value its interval is over trials
   */
  public record Agreement(
      Question question, String of, int raters, int trials, Bootstrap.Interval value) {}
}
