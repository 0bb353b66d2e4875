package kinetone.study;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;
import kinetone.common.Check;
import kinetone.metric.Bootstrap;
import kinetone.metric.ExactBinomial;
import kinetone.metric.KrippendorffAlpha;
import kinetone.metric.MannWhitney;
import kinetone.metric.RankBiserial;
import kinetone.metric.SignedRank;

/**
 * Reads the answers to a study. Each comparison is told twice. Over ratings, as Kim et al. 2024
 * (section 6.3) did: Mann and Whitney's U takes each rating as independent, though many are of one
 * clip, so it finds differences between these very clips, also where other clips of the same
 * systems would show none. Over clips: the mean rating of each clip in one set less that of its
 * counterpart in the other, by Wilcoxon's signed ranks; verdicts are by this one.
 *
 * @param screening who is left out
 * @param alpha level of the tests before it is divided among them
 * @param bootstrap draws of intervals
 */
public record StudyAnalysis(Screening screening, double alpha, Bootstrap bootstrap) {
  /** Checks the level. */
  public StudyAnalysis {
    Check.that(alpha > 0 && alpha < 1, "alpha = %s, must lie between 0 and 1", alpha);
  }

  /** One answer that counts. */
  private record Score(int rater, Trial trial, Question question, int score) {}

  /**
   * Analyses.
   *
   * @param folder of the study
   * @param answers files, or folders of them
   */
  public StudyReport run(Path folder, List<Path> answers) {
    Study study = Study.read(folder);
    return run(study, RaterAnswers.read(answers, study).values());
  }

  StudyReport run(Study study, Collection<RaterAnswers> answers) {
    Map<String, Trial> trials = study.byId();
    List<Screening.RaterVerdict> verdicts = new ArrayList<>();
    List<Score> scores = new ArrayList<>();
    int raters = 0;
    for (RaterAnswers rater : answers) {
      Screening.RaterVerdict verdict = screening.of(rater, trials, study.questions().size());
      verdicts.add(verdict);
      if (verdict.kept()) {
        for (RaterAnswers.Answer one : rater.answers()) {
          Trial trial = trials.get(one.trial());
          boolean counts = trial.anchor() == null || trial.anchor() == Anchor.REAL;
          // Only the first time: a trial that comes again tells of the rater, not of the clip.
          if (counts && one.presentation() == 1) {
            scores.add(new Score(raters, trial, one.question(), one.score()));
          }
        }
        raters++;
      }
    }
    boolean rated = study.trials().stream().anyMatch(trial -> !trial.isPair());
    boolean paired = study.trials().stream().anyMatch(Trial::isPair);
    int pairsOfSets = study.sets().size() * (study.sets().size() - 1) / 2;
    int tests =
        Math.max(1, pairsOfSets * study.questions().size() * ((rated ? 1 : 0) + (paired ? 1 : 0)));
    List<StudyReport.Ratings> ratings = new ArrayList<>();
    List<StudyReport.Comparison> comparisons = new ArrayList<>();
    List<StudyReport.Preference> preferences = new ArrayList<>();
    List<StudyReport.Agreement> agreement = new ArrayList<>();
    for (Question question : study.questions()) {
      List<Score> single = of(scores, question, trial -> !trial.isPair());
      List<Score> pairs = of(scores, question, Trial::isPair);
      Set<String> shown = new LinkedHashSet<>(study.sets());
      single.forEach(one -> shown.add(one.trial().sets().get(0)));
      for (String set : rated ? shown : Set.<String>of()) {
        ratings.add(ratings(question, set, of(single, set), raters));
      }
      for (int i = 0; i < study.sets().size(); i++) {
        for (int j = i + 1; j < study.sets().size(); j++) {
          String first = study.sets().get(i);
          String second = study.sets().get(j);
          if (rated) {
            comparisons.add(
                comparison(
                    question, first, second, of(single, first), of(single, second), raters, tests));
          }
          if (paired) {
            List<Score> both =
                pairs.stream()
                    .filter(one -> one.trial().sets().equals(List.of(first, second)))
                    .toList();
            preferences.add(preference(question, first, second, both, tests));
          }
        }
      }
      if (rated) {
        agreement.add(agreement(question, "ratings", single, 1, Question.SCORES));
      }
      if (paired) {
        agreement.add(agreement(question, "pairs", pairs, -1, 3));
      }
    }
    return new StudyReport(
        study.id(),
        study.title(),
        study.sets(),
        alpha,
        tests,
        verdicts,
        ratings,
        comparisons,
        preferences,
        agreement);
  }

  private static List<Score> of(List<Score> scores, Question question, Predicate<Trial> kind) {
    return scores.stream()
        .filter(one -> one.question() == question && kind.test(one.trial()))
        .toList();
  }

  private static List<Score> of(List<Score> scores, String set) {
    return scores.stream().filter(one -> one.trial().sets().get(0).equals(set)).toList();
  }

  private StudyReport.Ratings ratings(
      Question question, String set, List<Score> scores, int raters) {
    long[] counts = new long[Question.SCORES];
    double[] sum = new double[raters];
    int[] number = new int[raters];
    for (Score one : scores) {
      counts[one.score() - 1]++;
      sum[one.rater()] += one.score();
      number[one.rater()]++;
    }
    Bootstrap.Interval mean =
        interval(
            raters,
            drawn -> {
              double all = 0;
              long many = 0;
              for (int rater : drawn) {
                all += sum[rater];
                many += number[rater];
              }
              return all / many;
            });
    int clips = (int) scores.stream().map(one -> one.trial().content()).distinct().count();
    return new StudyReport.Ratings(question, set, clips, counts, mean);
  }

  private Bootstrap.Interval interval(int units, ToDoubleFunction<int[]> figure) {
    if (units == 0) {
      return new Bootstrap.Interval(Double.NaN, Double.NaN, Double.NaN);
    }
    return bootstrap.interval(units, figure);
  }

  private StudyReport.Comparison comparison(
      Question question,
      String first,
      String second,
      List<Score> firstScores,
      List<Score> secondScores,
      int raters,
      int tests) {
    double[] one = firstScores.stream().mapToDouble(Score::score).toArray();
    double[] other = secondScores.stream().mapToDouble(Score::score).toArray();
    MannWhitney ranks =
        one.length == 0 || other.length == 0
            ? new MannWhitney(Double.NaN, 1)
            : MannWhitney.of(one, other);
    Map<String, Double> firstMeans = means(firstScores);
    Map<String, Double> secondMeans = means(secondScores);
    firstMeans.keySet().retainAll(secondMeans.keySet());
    double[] differences =
        firstMeans.keySet().stream()
            .mapToDouble(content -> firstMeans.get(content) - secondMeans.get(content))
            .toArray();
    double difference =
        differences.length == 0 ? Double.NaN : Arrays.stream(differences).average().orElseThrow();
    double p = SignedRank.of(differences).p();
    Map<String, Integer> places = new HashMap<>();
    firstMeans.keySet().forEach(content -> places.put(content, places.size()));
    ToIntFunction<Score> clip = score -> places.getOrDefault(score.trial().content(), -1);
    return new StudyReport.Comparison(
        question,
        first,
        second,
        one.length,
        other.length,
        ranks.u(),
        ranks.p(),
        Math.min(1, ranks.p() * tests),
        effect(
            raters,
            counts(firstScores, raters, Score::rater),
            counts(secondScores, raters, Score::rater)),
        effect(
            places.size(),
            counts(firstScores, places.size(), clip),
            counts(secondScores, places.size(), clip)),
        differences.length,
        difference,
        p,
        Math.min(1, p * tests),
        verdict(differences.length, tests, p, difference, first, second));
  }

  private String verdict(
      int clips, int tests, double p, double difference, String first, String second) {
    // The smallest p of signed ranks: all differences on one side.
    if (tests * Math.pow(2, 1 - clips) >= alpha) {
      return "cannot be told of %d clips".formatted(clips);
    }
    if (p * tests >= alpha) {
      return "no difference told";
    }
    return (difference > 0 ? first : second) + " higher";
  }

  /** By content, in order of names. */
  private static Map<String, Double> means(List<Score> scores) {
    Map<String, double[]> sums = new TreeMap<>();
    for (Score one : scores) {
      double[] sum = sums.computeIfAbsent(one.trial().content(), content -> new double[2]);
      sum[0] += one.score();
      sum[1]++;
    }
    Map<String, Double> means = new TreeMap<>();
    sums.forEach((content, sum) -> means.put(content, sum[0] / sum[1]));
    return means;
  }

  /** How often each unit has each score; scores whose unit is −1 are left out. */
  private static long[][] counts(List<Score> scores, int units, ToIntFunction<Score> unit) {
    long[][] counts = new long[units][Question.SCORES];
    for (Score one : scores) {
      if (unit.applyAsInt(one) >= 0) {
        counts[unit.applyAsInt(one)][one.score() - 1]++;
      }
    }
    return counts;
  }

  private Bootstrap.Interval effect(int units, long[][] first, long[][] second) {
    return interval(units, drawn -> RankBiserial.ofCounts(sum(first, drawn), sum(second, drawn)));
  }

  private static long[] sum(long[][] counts, int[] drawn) {
    long[] sum = new long[Question.SCORES];
    for (int unit : drawn) {
      for (int score = 0; score < sum.length; score++) {
        sum[score] += counts[unit][score];
      }
    }
    return sum;
  }

  private StudyReport.Preference preference(
      Question question, String first, String second, List<Score> scores, int tests) {
    int[] chosen = new int[3];
    scores.forEach(one -> chosen[one.score() + 1]++);
    ExactBinomial share = ExactBinomial.of(chosen[0], chosen[0] + chosen[2]);
    // Positive for the first, as everywhere else.
    double[] byClip = means(scores).values().stream().mapToDouble(mean -> 0 - mean).toArray();
    double p = SignedRank.of(byClip).p();
    double difference = Arrays.stream(byClip).sum();
    return new StudyReport.Preference(
        question,
        first,
        second,
        chosen[0],
        chosen[1],
        chosen[2],
        share.share(),
        share.p(),
        Math.min(1, share.p() * tests),
        (int) Arrays.stream(byClip).filter(mean -> mean > 0).count(),
        (int) Arrays.stream(byClip).filter(mean -> mean < 0).count(),
        byClip.length,
        p,
        Math.min(1, p * tests),
        verdict(byClip.length, tests, p, difference, first, second));
  }

  private StudyReport.Agreement agreement(
      Question question, String of, List<Score> scores, int lowest, int number) {
    Map<String, int[]> counts = new LinkedHashMap<>();
    for (Score one : scores) {
      counts.computeIfAbsent(one.trial().id(), id -> new int[number])[one.score() - lowest]++;
    }
    List<int[]> shared =
        counts.values().stream().filter(count -> IntStream.of(count).sum() > 1).toList();
    int raters = (int) scores.stream().mapToInt(Score::rater).distinct().count();
    return new StudyReport.Agreement(
        question,
        of,
        raters,
        shared.size(),
        interval(
            shared.size(),
            drawn ->
                KrippendorffAlpha.ordinal(IntStream.of(drawn).mapToObj(shared::get).toList())));
  }
}
