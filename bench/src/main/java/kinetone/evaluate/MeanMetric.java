package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * The mean of one number that is measured of each clip.
 *
 * @param absolute whether its sign is left out
 * @param column which number of the first row
 */
record MeanMetric(
    String name,
    String title,
    String protocol,
    Better better,
    boolean absolute,
    int column,
    Measure measure)
    implements Metric {
  /** The mean of the only number. */
  MeanMetric(
      String name,
      String title,
      String protocol,
      Better better,
      boolean absolute,
      Measure measure) {
    this(name, title, protocol, better, absolute, 0, measure);
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return List.of(new Figure(title, Intervals.mean(values(real))));
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    double[] values = values(made);
    return new Verdict(
        List.of(new Figure(title, Intervals.mean(values))),
        better == Better.LIKE_REAL ? new double[0] : values,
        List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return Arrays.stream(values(made)).average().orElse(Double.NaN);
  }

  private double[] values(Measured clips) {
    double[] values = clips.column(0, column);
    return absolute ? Arrays.stream(values).map(Math::abs).toArray() : values;
  }
}
