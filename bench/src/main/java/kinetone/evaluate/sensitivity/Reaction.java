package kinetone.evaluate.sensitivity;

import java.util.List;
import kinetone.metric.Bootstrap;

/** How a metric takes an alteration whose truth is known. */
public enum Reaction {
  /** It moves the right way, and no step takes back a tenth of that. */
  STEADILY("steadily"),
  /** The strongest step moves it the right way, but some step goes back. */
  UNSTEADILY("not at every step"),
  /** It moves the right way, by less than anyone would see who has only its figures. */
  HARDLY("hardly"),
  /** Nothing can be told from it. */
  INSENSITIVE("insensitive"),
  /** It says that altered clips are better. */
  WRONG_WAY("wrong way"),
  /** It does not look at what was altered. */
  BLIND("same"),
  /** Too few clips have what is measured. */
  UNMEASURED("-");

  private static final double NOTHING = 1e-9;
  private static final double BACK = 0.1;

  private final String words;

  Reaction(String words) {
    this.words = words;
  }

  /** As people say it. */
  public String words() {
    return words;
  }

  /**
   * The reaction of a metric.
   *
   * @param harm by how much it says that clips became worse, by step from little to much, each with
   *     the interval over clips; not a number where the altered clips have no figure any more
   * @param little a smaller move is hardly one
   */
  static Reaction of(List<Bootstrap.Interval> harm, double little) {
    if (harm.stream().allMatch(Reaction::isNothing)) {
      return BLIND;
    }
    Bootstrap.Interval most = harm.get(harm.size() - 1);
    if (most.high() < 0) {
      return WRONG_WAY;
    }
    if (most.low() <= 0 || isNothing(most)) {
      return INSENSITIVE;
    }
    if (most.value() < little) {
      return HARDLY;
    }
    double farthest = 0;
    for (Bootstrap.Interval step : harm) {
      double now = Double.isNaN(step.value()) ? Double.POSITIVE_INFINITY : step.value();
      if (now < farthest - BACK * Math.max(most.value(), farthest)) {
        return UNSTEADILY;
      }
      farthest = Math.max(farthest, now);
    }
    return STEADILY;
  }

  private static boolean isNothing(Bootstrap.Interval harm) {
    return Math.abs(harm.value()) < NOTHING
        && Math.abs(harm.low()) < NOTHING
        && Math.abs(harm.high()) < NOTHING;
  }
}
