package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;
import kinetone.metric.Bootstrap;

/** Loudness of a set, and how many of its clips have none. */
record LevelMetric(Measure measure) implements Metric {
  @Override
  public String name() {
    return "loudness";
  }

  @Override
  public String title() {
    return "loudness (LUFS)";
  }

  @Override
  public String protocol() {
    return "Integrated loudness by ITU-R BS.1770-4, mean over clips that have one (nothing above"
        + " -70 LUFS, or shorter than 0.4 s: none); share of clips that are silent from end to end."
        + " Intervals: bootstrap over clips.";
  }

  @Override
  public Better better() {
    return Better.LIKE_REAL;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return figures(real);
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    return new Verdict(figures(made), new double[0], List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return Arrays.stream(made.column(0, 0)).filter(Double::isFinite).average().orElse(Double.NaN);
  }

  private List<Figure> figures(Measured clips) {
    double[] loud = Arrays.stream(clips.column(0, 0)).filter(Double::isFinite).toArray();
    double[] silence = clips.column(0, 1);
    double[] silent = Arrays.stream(silence).map(share -> share == 1 ? 1 : 0).toArray();
    Bootstrap.Interval none = new Bootstrap.Interval(Double.NaN, Double.NaN, Double.NaN);
    return List.of(
        new Figure(title(), loud.length == 0 ? none : Intervals.mean(loud)),
        new Figure("silent clips", Intervals.mean(silent)));
  }
}
