package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;
import kinetone.metric.AvAlign;

/**
 * {@link AvAlign} of each clip, its mean.
 *
 * @param form which of the public codes
 * @param told names it in the protocol
 * @param measure a {@link MotionMeasure}
 */
record AvAlignMetric(String name, String title, AvAlign form, String told, Measure measure)
    implements Metric {
  @Override
  public String protocol() {
    return "AV-Align, "
        + told
        + ": local maxima of the mean length of Farnebäck's optical flow against librosa's onsets"
        + " at 22 050 Hz, one picture to either side; intersection over union, mean over clips with"
        + " both tracks that have a maximum or an onset. Intervals: bootstrap over clips.";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return List.of(figure(scores(real)));
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    double[] scores = scores(made);
    return new Verdict(List.of(figure(scores)), scores, List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return Arrays.stream(scores(made))
        .filter(score -> !Double.isNaN(score))
        .average()
        .orElse(Double.NaN);
  }

  private Figure figure(double[] scores) {
    double[] known = Arrays.stream(scores).filter(score -> !Double.isNaN(score)).toArray();
    return known.length == 0
        ? Figure.exact(title, Double.NaN)
        : new Figure(title, Intervals.mean(known));
  }

  private double[] scores(Measured clips) {
    return clips.rows().stream()
        .mapToDouble(
            rows -> {
              double rate = rows[2][0];
              return form.of(rows[1], form.peaks(rows[0], rate), rate);
            })
        .toArray();
  }
}
