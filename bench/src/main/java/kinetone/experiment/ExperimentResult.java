package kinetone.experiment;

import java.util.List;
import kinetone.metric.Bootstrap;

/**
 * What came out.
 *
 * @param title of the experiment
 * @param budget its name
 * @param seeds of the trainings
 * @param clips of each model and task
 * @param protocol how it was measured
 * @param losses of held-out clips at the end of training
 * @param rows all figures; those of real scenes, the floor for this number of clips, come first
 * @param verdicts on the claims
 */
public record ExperimentResult(
    String title,
    String budget,
    List<Long> seeds,
    int clips,
    String protocol,
    List<Loss> losses,
    List<Row> rows,
    List<Verdict> verdicts) {
  /** How figures are measured, in words. */
  public static final String PROTOCOL =
      "Each model makes one clip for each of the same held-out scenes with the same seeds; of"
          + " continuation and inpainting only what was made counts. Fréchet distances are over the"
          + " features of the classifiers of bench joint, to as many other real scenes; onsets are"
          + " compared with the scene's impacts where a track is given, else sound with picture;"
          + " shuffled: with those of the next clip."
          + " Means over the seeds of trainings; brackets are 95 % intervals, bootstrap over scenes,"
          + " of distances moved by their bias. A claim is seen when every comparison's interval lies"
          + " on its side and every seed agrees, not seen when none does and one is clearly the other"
          + " way round. Where both are no better than shuffled clips a comparison says nothing.";

  /**
   * One figure.
   *
   * @param variant its name, or {@code real}
   * @param task its name
   * @param quantity its name
   * @param value the mean over seeds with its interval over scenes
   * @param bySeed of each training
   */
  public record Row(
      String variant,
      String task,
      String quantity,
      Bootstrap.Interval value,
      List<Double> bySeed) {}

  /**
   * A loss of held-out clips at the end of training. Every network of an experiment is asked of the
   * same clips with the same noise, so it tells networks apart before their clips do; but less loss
   * need not mean better clips.
   *
   * @param network the variant, and the task where a network does one alone
   * @param part of the loss
   * @param bySeed of each training
   */
  public record Loss(String network, String part, List<Double> bySeed) {}
}
