package kinetone.study;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** A study of two sets without clips, and answers of simulated raters. */
final class SimulatedStudy {
  static final List<String> SETS = List.of("ours", "theirs");
  static final int ANCHORS = 3;

  private final Study study;
  private final int clips;

  private SimulatedStudy(Study study, int clips) {
    this.study = study;
    this.clips = clips;
  }

  /** Single clips, with anchors of noise and one question. */
  static SimulatedStudy ofRatings(int clips) {
    List<Trial> trials = new ArrayList<>();
    for (int clip = 0; clip < clips; clip++) {
      for (String set : SETS) {
        trials.add(trial(set + clip, "clip" + clip, List.of(set), null));
      }
    }
    for (int i = 0; i < ANCHORS; i++) {
      trials.add(trial("noise" + i, "clip" + i, List.of("ours"), Anchor.NOISE));
    }
    return new SimulatedStudy(study(trials), clips);
  }

  /** Pairs of clips. */
  static SimulatedStudy ofPairs(int clips) {
    List<Trial> trials = new ArrayList<>();
    for (int clip = 0; clip < clips; clip++) {
      trials.add(trial("pair" + clip, "clip" + clip, SETS, null));
    }
    trials.add(trial("noise", "clip0", List.of("ours", "ours"), Anchor.NOISE));
    return new SimulatedStudy(study(trials), clips);
  }

  private static Study study(List<Trial> trials) {
    return new Study("id", "Simulated", 0, List.of(Question.AUDIO), SETS, trials);
  }

  private static Trial trial(String id, String content, List<String> sets, Anchor anchor) {
    return new Trial(id, content, sets, sets.stream().map(set -> id + set).toList(), anchor);
  }

  Study study() {
    return study;
  }

  /** Ratings drawn from a model; anchors are known for what they are. */
  List<RaterAnswers> ratings(
      RatingModel model, double difference, int raters, SplittableRandom random) {
    int[][][] drawn =
        model.draw(new double[] {difference / 2, -difference / 2}, raters, clips, random);
    List<RaterAnswers> all = new ArrayList<>();
    for (int rater = 0; rater < raters; rater++) {
      List<RaterAnswers.Answer> answers = new ArrayList<>();
      for (int set = 0; set < SETS.size(); set++) {
        for (int clip = 0; clip < clips; clip++) {
          answers.add(answer(SETS.get(set) + clip, 1, drawn[set][rater][clip]));
        }
      }
      for (int i = 0; i < ANCHORS; i++) {
        answers.add(answer("noise" + i, 1, 1));
      }
      all.add(rater("rater" + rater, answers));
    }
    return all;
  }

  /** Preferences: −1 for the first set with this probability, else 0 or 1 alike. */
  List<RaterAnswers> preferences(double forFirst, int raters, SplittableRandom random) {
    List<RaterAnswers> all = new ArrayList<>();
    for (int rater = 0; rater < raters; rater++) {
      List<RaterAnswers.Answer> answers = new ArrayList<>();
      for (int clip = 0; clip < clips; clip++) {
        int score = random.nextDouble() < forFirst ? -1 : random.nextInt(2);
        answers.add(answer("pair" + clip, 1, score));
      }
      answers.add(answer("noise", 1, -1));
      all.add(rater("rater" + rater, answers));
    }
    return all;
  }

  /** Whoever answers without looking, and the first trials twice. */
  RaterAnswers careless(String name, SplittableRandom random) {
    List<RaterAnswers.Answer> answers = new ArrayList<>();
    for (int place = 0; place < study.trials().size(); place++) {
      for (int time = 1; time <= (place < 4 ? 2 : 1); time++) {
        answers.add(answer(study.trials().get(place).id(), time, 1 + random.nextInt(5)));
      }
    }
    return rater(name, answers);
  }

  static RaterAnswers.Answer answer(String trial, int presentation, int score) {
    return new RaterAnswers.Answer(trial, presentation, Question.AUDIO, score, 3.5);
  }

  RaterAnswers rater(String name, List<RaterAnswers.Answer> answers) {
    return new RaterAnswers(
        study.id(), name, 1, study.trials().size(), "then", "now", answers, List.of());
  }
}
