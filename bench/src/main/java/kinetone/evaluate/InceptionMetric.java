package kinetone.evaluate;

import java.util.List;
import kinetone.metric.InceptionScore;

/**
 * {@link InceptionScore} of what a classifier says of a set.
 *
 * @param measure whose row 1 are logits
 * @param network names the classifier in the protocol
 */
record InceptionMetric(String name, String title, String network, Measure measure)
    implements Metric {
  /** With fewer clips in a part its score says little. */
  private static final int CLIPS_PER_PART = 50;

  @Override
  public String protocol() {
    return "Inception score on the logits of "
        + network
        + "; ten splits, shuffled with numpy's seed 2020, from 500 clips on, one split below. Real"
        + " clips are not looked at. Intervals: bootstrap over clips, moved by their bias.";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return List.of(figure(real));
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    return new Verdict(List.of(figure(made)), new double[0], List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return InceptionScore.of(made.row(1), splits(made)).mean();
  }

  private static int splits(Measured clips) {
    return clips.size() < CLIPS_PER_PART * InceptionScore.SPLITS ? 1 : InceptionScore.SPLITS;
  }

  private Figure figure(Measured clips) {
    List<double[]> logits = clips.row(1);
    int splits = splits(clips);
    return new Figure(
        title,
        Intervals.FEWER.centred(
            logits.size(),
            drawn -> InceptionScore.of(Intervals.drawn(logits, drawn), splits).mean()));
  }
}
