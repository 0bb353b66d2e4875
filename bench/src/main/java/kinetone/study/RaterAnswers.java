package kinetone.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.Check;
import kinetone.common.Printable;

/**
 * What one rater answered, as the page saves it.
 *
 * @param study id of the page
 * @param rater name or number
 * @param order number of the order, from 1
 * @param presentations how many trials the rater was to get, those that come again twice
 * @param began when, as the rater's clock said
 * @param saved when
 * @param unplayable ids of trials whose clips the browser could not play
 */
record RaterAnswers(
    String study,
    String rater,
    int order,
    int presentations,
    String began,
    String saved,
    List<Answer> answers,
    List<String> unplayable) {
  private static final int MOST_FILES = 10_000;
  private static final int LONGEST_NAME = 200;

  /**
   * One answer.
   *
   * @param trial its id
   * @param presentation 1, or 2 where the trial came again
   * @param score 1 to 5; of a pair −1 for the first clip, 0 for no difference, 1 for the second
   * @param seconds spent on the trial
   */
  record Answer(String trial, int presentation, Question question, int score, double seconds) {}

  /** Where an answer belongs; each is given once. */
  private record Place(String trial, int presentation, Question question) {}

  /**
   * Reads files, and folders whose files end in {@code .json}.
   *
   * @return by rater, in order of names of files
   * @throws kinetone.common.KinetoneException of kind USER when a file is not of this study,
   *     damaged or of a rater who has another
   */
  static Map<Path, RaterAnswers> read(List<Path> paths, Study study) {
    Map<Path, RaterAnswers> read = new LinkedHashMap<>();
    Map<String, Path> raters = new HashMap<>();
    Map<String, Trial> trials = study.byId();
    for (Path file : files(paths)) {
      RaterAnswers one = Json.file(file, "file of answers", RaterAnswers.class);
      one.check(file, study, trials);
      Path before = raters.put(one.rater, file);
      Check.that(
          before == null,
          "%s and %s are both of rater '%s'; keep the later one",
          before,
          file,
          Printable.of(one.rater));
      read.put(file, one);
    }
    return read;
  }

  private static List<Path> files(List<Path> paths) {
    List<Path> files = new ArrayList<>();
    for (Path path : paths) {
      if (!Files.isDirectory(path)) {
        files.add(path);
        continue;
      }
      try (Stream<Path> inside = Files.list(path)) {
        List<Path> found =
            inside.filter(file -> file.toString().endsWith(".json")).sorted().toList();
        Check.that(!found.isEmpty(), "%s holds no answers (files that end in .json)", path);
        files.addAll(found);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    Check.within("files of answers", files.size(), 1, MOST_FILES);
    return files;
  }

  private void check(Path file, Study from, Map<String, Trial> trials) {
    Check.that(
        study.equals(from.id()),
        "%s holds answers to another study (%s, this one is %s)",
        file,
        Printable.of(study),
        from.id());
    Check.that(
        !rater.isBlank() && rater.length() <= LONGEST_NAME,
        "%s: a rater has a name of 1 to %d characters",
        file,
        LONGEST_NAME);
    Check.that(presentations >= 1, "%s: presentations = %d", file, presentations);
    Set<Place> places = new HashSet<>();
    for (Answer one : answers) {
      Trial trial = trials.get(one.trial());
      Check.that(trial != null, "%s: the study has no trial '%s'", file, Printable.of(one.trial()));
      Check.that(
          from.questions().contains(one.question()),
          "%s: the study does not ask for '%s'",
          file,
          one.question().id());
      int least = trial.isPair() ? -1 : 1;
      int most = trial.isPair() ? 1 : Question.SCORES;
      Check.that(
          one.score() >= least && one.score() <= most,
          "%s: score %d of trial %s, must be between %d and %d",
          file,
          one.score(),
          trial.id(),
          least,
          most);
      Check.that(
          one.presentation() == 1 || one.presentation() == 2,
          "%s: presentation %d of trial %s, must be 1 or 2",
          file,
          one.presentation(),
          trial.id());
      Check.that(
          Double.isFinite(one.seconds()) && one.seconds() >= 0,
          "%s: seconds of trial %s must be a number from 0 on",
          file,
          trial.id());
      Check.that(
          places.add(new Place(one.trial(), one.presentation(), one.question())),
          "%s: trial %s is answered twice",
          file,
          trial.id());
    }
    for (String id : unplayable) {
      Check.that(trials.containsKey(id), "%s: the study has no trial '%s'", file, Printable.of(id));
    }
  }
}
