package kinetone.study;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.common.Check;

/**
 * The key to a study: which clip is whose. Whoever made the study keeps it; the page does not hold
 * it.
 *
 * @param id of the page, which answers repeat
 * @param questions in the order in which they are asked
 * @param sets names, in the order of the command line, without the real clips
 */
record Study(
    String id,
    String title,
    long seed,
    List<Question> questions,
    List<String> sets,
    List<Trial> trials) {
  /** The name of the file. */
  static final String FILE = "study.json";

  /** The name of the real clips, which no set may have. */
  static final String REAL = "real";

  static Study read(Path folder) {
    Study study = Json.file(folder.resolve(FILE), "key of a study", Study.class);
    Check.that(
        !study.questions.isEmpty() && !study.trials.isEmpty() && !study.sets.isEmpty(),
        "%s: no questions, trials or sets; make the study again",
        folder.resolve(FILE));
    for (Trial trial : study.trials) {
      Check.that(
          trial.sets().size() == trial.media().size()
              && (trial.sets().size() == 1 || trial.sets().size() == 2),
          "%s: trial %s must have one clip or two, and their sets",
          folder.resolve(FILE),
          trial.id());
    }
    Check.that(
        study.byId().size() == study.trials.size(),
        "%s: two trials have one id",
        folder.resolve(FILE));
    return study;
  }

  Map<String, Trial> byId() {
    Map<String, Trial> found = new HashMap<>();
    trials.forEach(trial -> found.put(trial.id(), trial));
    return found;
  }
}
