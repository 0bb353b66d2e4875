package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;

/**
 * The mean of the one number that is measured of each clip.
 *
 * @param absolute whether its sign is left out
 */
record MeanMetric(
    String name, String title, String protocol, Better better, boolean absolute, Measure measure)
    implements Metric {
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

  private double[] values(Measured clips) {
    double[] values = clips.column(0, 0);
    return absolute ? Arrays.stream(values).map(Math::abs).toArray() : values;
  }
}
