package kinetone.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import kinetone.metric.Bootstrap;
import kinetone.metric.ExactBinomial;
import kinetone.metric.MannWhitney;
import org.junit.jupiter.api.Test;

/** Raters of known preference. */
final class StudyAnalysisTest {
  /** 1000 in {@code -Dkinetone.study.simulations=1000}. */
  private static final int SIMULATIONS = Integer.getInteger("kinetone.study.simulations", 100);

  private static final double LEVEL = 0.05;
  private static final Screening SCREENING = new Screening(0.3, 0.3);
  private static final StudyAnalysis ANALYSIS =
      new StudyAnalysis(SCREENING, LEVEL, new Bootstrap(200, 0.95, 1));

  /** Ratings that have nothing in common but their set. */
  private static final RatingModel INDEPENDENT = new RatingModel(0, 0, 0, 1);

  private static StudyReport run(SimulatedStudy study, List<RaterAnswers> answers) {
    return ANALYSIS.run(study.study(), answers);
  }

  /** How many of the simulated studies find a difference, over clips and over ratings. */
  private static int[] found(RatingModel model, double difference, int clips, int raters) {
    StudyAnalysis quick = new StudyAnalysis(SCREENING, LEVEL, new Bootstrap(1, 0.95, 1));
    SimulatedStudy study = SimulatedStudy.ofRatings(clips);
    SplittableRandom random = new SplittableRandom(4);
    int[] found = new int[2];
    for (int i = 0; i < SIMULATIONS; i++) {
      StudyReport.Comparison one =
          quick
              .run(study.study(), study.ratings(model, difference, raters, random))
              .comparisons()
              .get(0);
      found[0] += one.pClipsCorrected() < LEVEL ? 1 : 0;
      found[1] += one.pRatingsCorrected() < LEVEL ? 1 : 0;
    }
    return found;
  }

  /** Within 3.3 deviations of a binomial: once in a thousand times it is further off. */
  private static void assertNearLevel(int found) {
    double expected = LEVEL * SIMULATIONS;
    assertThat((double) found).isCloseTo(expected, within(3.3 * Math.sqrt(expected * (1 - LEVEL))));
  }

  @Test
  void a_planted_difference_is_found_with_its_size_and_side() {
    SimulatedStudy study = SimulatedStudy.ofRatings(24);
    StudyReport report =
        run(study, study.ratings(RatingModel.USUAL, 0.8, 8, new SplittableRandom(2)));
    StudyReport.Comparison one = report.comparisons().get(0);
    assertThat(one.verdict()).isEqualTo("ours higher");
    assertThat(one.difference()).isCloseTo(0.8, within(0.4));
    assertThat(one.effect().low()).isPositive();
    assertThat(one.effectOverClips().low()).isPositive();
    assertThat(one.effectOverClips().high() - one.effectOverClips().low()).isLessThan(1);
    assertThat(report.ratings().get(0).mean().value())
        .isGreaterThan(report.ratings().get(1).mean().value());
    StudyReport turned =
        run(study, study.ratings(RatingModel.USUAL, -0.8, 8, new SplittableRandom(2)));
    assertThat(turned.comparisons().get(0).verdict()).isEqualTo("theirs higher");
  }

  @Test
  void where_there_is_no_difference_one_study_in_twenty_finds_one() {
    int[] independent = found(INDEPENDENT, 0, 20, 6);
    assertNearLevel(independent[0]);
    assertNearLevel(independent[1]);
    assertNearLevel(found(RatingModel.USUAL, 0, 20, 6)[0]);
  }

  /** Negative control, and why verdicts are by clips. */
  @Test
  void ratings_of_clips_that_differ_by_chance_are_not_independent() {
    assertThat(found(RatingModel.USUAL, 0, 20, 16)[1]).isGreaterThan(SIMULATIONS / 8);
    assertThat(found(RatingModel.USUAL, 0.8, 20, 6)[0]).isGreaterThan(SIMULATIONS * 3 / 4);
  }

  @Test
  void u_and_p_are_those_of_all_ratings_and_divided_among_all_tests() {
    SimulatedStudy study = SimulatedStudy.ofRatings(7);
    List<RaterAnswers> answers = study.ratings(RatingModel.USUAL, 0.3, 5, new SplittableRandom(2));
    StudyReport.Comparison one = run(study, answers).comparisons().get(0);
    MannWhitney direct = MannWhitney.of(scores(answers, "ours"), scores(answers, "theirs"));
    assertThat(one.u()).isEqualTo(direct.u());
    assertThat(one.pRatings()).isEqualTo(direct.p());
    assertThat(one.effect().value()).isCloseTo(2 * direct.u() / (35.0 * 35.0) - 1, within(1e-12));
    Study more =
        new Study(
            "id",
            "",
            0,
            List.of(Question.AUDIO, Question.VIDEO),
            List.of("ours", "theirs", "others"),
            study.study().trials());
    StudyReport divided = ANALYSIS.run(more, answers);
    assertThat(divided.tests()).isEqualTo(6);
    assertThat(divided.comparisons().get(0).pRatingsCorrected())
        .isEqualTo(Math.min(1, 6 * direct.p()));
  }

  private static double[] scores(List<RaterAnswers> answers, String set) {
    return answers.stream()
        .flatMap(rater -> rater.answers().stream())
        .filter(one -> one.trial().startsWith(set))
        .mapToDouble(RaterAnswers.Answer::score)
        .toArray();
  }

  @Test
  void few_clips_cannot_tell_however_many_raters() {
    SimulatedStudy study = SimulatedStudy.ofRatings(5);
    StudyReport report = run(study, study.ratings(INDEPENDENT, 2, 40, new SplittableRandom(3)));
    assertThat(report.comparisons().get(0).verdict()).isEqualTo("cannot be told of 5 clips");
    assertThat(report.comparisons().get(0).pRatings()).isLessThan(0.001);
  }

  @Test
  void a_preference_in_pairs_is_found_and_anchors_are_no_part_of_it() {
    SimulatedStudy study = SimulatedStudy.ofPairs(15);
    StudyReport.Preference one =
        run(study, study.preferences(0.7, 6, new SplittableRandom(1))).preferences().get(0);
    assertThat(one.forFirst() + one.none() + one.forSecond()).isEqualTo(90);
    assertThat(one.verdict()).isEqualTo("ours higher");
    assertThat(one.share())
        .isEqualTo(ExactBinomial.of(one.forFirst(), one.forFirst() + one.forSecond()).share());
    assertThat(one.clipsForFirst()).isGreaterThan(one.clipsForSecond());
    StudyReport.Preference none =
        run(study, study.preferences(1.0 / 3, 6, new SplittableRandom(2))).preferences().get(0);
    assertThat(none.verdict()).isEqualTo("no difference told");
  }

  @Test
  void whoever_answers_without_looking_is_left_out_and_changes_nothing() {
    SimulatedStudy study = SimulatedStudy.ofRatings(24);
    List<RaterAnswers> careful = study.ratings(RatingModel.USUAL, 0.5, 6, new SplittableRandom(1));
    List<RaterAnswers> all = new ArrayList<>(careful);
    SplittableRandom random = new SplittableRandom(9);
    IntStream.range(0, 5).forEach(i -> all.add(study.careless("careless" + i, random)));
    StudyReport report = run(study, all);
    assertThat(report.raters().stream().filter(one -> !one.kept()))
        .extracting(Screening.RaterVerdict::rater)
        .hasSizeGreaterThanOrEqualTo(4)
        .allSatisfy(name -> assertThat(name).startsWith("careless"));
    assertThat(report.raters().get(6).reasons()).isNotEmpty();
    List<RaterAnswers> kept = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      if (report.raters().get(i).kept()) {
        kept.add(all.get(i));
      }
    }
    assertThat(run(study, kept).comparisons()).isEqualTo(report.comparisons());
    Screening lenient = new Screening(1, 1);
    assertThat(
            new StudyAnalysis(lenient, LEVEL, Bootstrap.STANDARD).run(study.study(), all).raters())
        .allMatch(Screening.RaterVerdict::kept);
  }

  @Test
  void trials_that_come_again_tell_of_the_rater_alone() {
    SimulatedStudy study = SimulatedStudy.ofRatings(8);
    List<RaterAnswers> once = study.ratings(INDEPENDENT, 0.5, 3, new SplittableRandom(5));
    List<RaterAnswers> again = new ArrayList<>();
    for (RaterAnswers rater : once) {
      List<RaterAnswers.Answer> answers = new ArrayList<>(rater.answers());
      for (RaterAnswers.Answer one : rater.answers().subList(0, 4)) {
        int other = one.score() == 5 ? 4 : one.score() + 1;
        answers.add(SimulatedStudy.answer(one.trial(), 2, other));
      }
      again.add(study.rater(rater.rater(), answers));
    }
    StudyReport report = run(study, again);
    assertThat(report.comparisons()).isEqualTo(run(study, once).comparisons());
    assertThat(report.raters().get(0).repeats()).isEqualTo(4);
    assertThat(report.raters().get(0).inconsistency()).isCloseTo(0.25, within(1e-12));
    assertThat(run(study, once).raters().get(0).inconsistency()).isNull();
  }

  @Test
  void without_a_rater_that_counts_there_is_a_report_that_says_so() {
    SimulatedStudy study = SimulatedStudy.ofRatings(8);
    StudyReport report = run(study, List.of(study.rater("nobody", Collections.emptyList())));
    assertThat(report.raters().get(0).reasons()).containsExactly("no answers");
    assertThat(report.comparisons().get(0).verdict()).isEqualTo("cannot be told of 0 clips");
    assertThat(report.agreement().get(0).value().value()).isNaN();
  }

  @Test
  void raters_who_agree_have_an_alpha_near_one() {
    SimulatedStudy study = SimulatedStudy.ofRatings(20);
    RatingModel agreed = new RatingModel(1, 1, 0, 0.05);
    double alike =
        run(study, study.ratings(agreed, 0, 5, new SplittableRandom(1)))
            .agreement()
            .get(0)
            .value()
            .value();
    double strangers =
        run(study, study.ratings(INDEPENDENT, 0, 5, new SplittableRandom(1)))
            .agreement()
            .get(0)
            .value()
            .value();
    assertThat(alike).isGreaterThan(0.9);
    assertThat(strangers).isCloseTo(0, within(0.2));
  }
}
