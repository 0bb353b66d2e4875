package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * How well sound fits what is said of it: the cosine of both embeddings of CLAP, mean over clips
 * with sound and a caption.
 *
 * @param captions names the tower for captions in the protocol
 * @param sound names the tower for sound and what it hears
 * @param measure whose row 0 is the embedding of the sound and row 1 that of the caption
 */
record ClapScoreMetric(String captions, String sound, Measure measure) implements Metric {
  private static final int CAPTION = 1;

  @Override
  public String name() {
    return "clap-score";
  }

  @Override
  public String title() {
    return "CLAP score";
  }

  @Override
  public String protocol() {
    return "Cosine of the embeddings of "
        + captions
        + " and of "
        + sound
        + "; of clips with sound and a caption, which is the text of the clip's name with the"
        + " ending .txt beside it, or beside the real clip that it was made for; mean over them."
        + " Intervals: bootstrap over clips.";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return of(real, real).figures();
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    double[] scores = scores(real, made);
    double[] known = known(scores);
    return known.length == 0
        ? new Verdict(List.of(), new double[0], List.of())
        : new Verdict(
            List.of(
                new Figure(title(), Intervals.mean(known)),
                Figure.exact("clips with a caption", known.length)),
            scores,
            List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return Arrays.stream(known(scores(real, made))).average().orElse(Double.NaN);
  }

  private static double[] known(double[] scores) {
    return Arrays.stream(scores).filter(score -> !Double.isNaN(score)).toArray();
  }

  /** Of each clip; not a number where nothing is said of it. */
  private static double[] scores(Measured real, Measured made) {
    double[][] captions = new double[made.size()][];
    for (int[] pair : made.pairs(real)) {
      captions[pair[0]] = caption(real.rows().get(pair[1]));
    }
    double[] scores = new double[made.size()];
    for (int i = 0; i < scores.length; i++) {
      double[][] rows = made.rows().get(i);
      double[] own = caption(rows);
      scores[i] = cosine(rows[0], own == null ? captions[i] : own);
    }
    return scores;
  }

  private static double[] caption(double[][] rows) {
    return rows.length > CAPTION ? rows[CAPTION] : null;
  }

  /** Both are of length 1. */
  private static double cosine(double[] sound, double[] caption) {
    if (caption == null) {
      return Double.NaN;
    }
    double sum = 0;
    for (int i = 0; i < sound.length; i++) {
      sum += sound[i] * caption[i];
    }
    return sum;
  }
}
