package kinetone.study;

import java.util.List;
import kinetone.common.Check;

/**
 * What a study asks and of whom.
 *
 * @param title on the page
 * @param note further words for raters; may be empty
 * @param ratings whether single clips are rated from 1 to 5
 * @param pairs whether clips of two sets are compared
 * @param anchors kinds of clips with known answers
 * @param anchorCount how many of each kind
 * @param repeats trials that each rater gets twice, of single clips and of pairs each
 * @param contentsPerRater how many contents each rater gets, in all sets; 0 for all
 * @param raters how many different orders
 * @param seed of orders, sides, anchors and the names of files
 */
public record StudyDesign(
    String title,
    String note,
    List<Question> questions,
    boolean ratings,
    boolean pairs,
    List<Anchor> anchors,
    int anchorCount,
    int repeats,
    int contentsPerRater,
    int raters,
    long seed) {
  /** Most orders. */
  public static final int MOST_RATERS = 1000;

  /** Most trials that anybody can be asked for. */
  public static final int MOST_TRIALS = 2000;

  /** Checks that there is something to ask. */
  public StudyDesign {
    Check.that(ratings || pairs, "neither ratings nor pairs are asked for");
    Check.that(!questions.isEmpty(), "no question is asked");
    Check.that(
        questions.stream().distinct().count() == questions.size(), "a question is asked twice");
    Check.within("anchors of a kind", anchorCount, 1, MOST_TRIALS);
    Check.within("repeats", repeats, 0, MOST_TRIALS);
    Check.within("clips per rater", contentsPerRater, 0, MOST_TRIALS);
    Check.within("raters", raters, 1, MOST_RATERS);
    Check.that(
        title.length() <= 200 && note.length() <= 5000,
        "a title has at most 200 characters, a note 5000");
    questions = List.copyOf(questions);
    anchors = List.copyOf(anchors);
  }
}
