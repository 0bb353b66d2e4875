package kinetone.evaluate;

import java.util.ArrayList;
import java.util.List;
import kinetone.metric.PolynomialMmd;

/**
 * {@link PolynomialMmd} between the features of two sets.
 *
 * @param measure whose row 0 are features
 * @param network names the features in the protocol
 */
record KernelMetric(String name, String title, String network, Measure measure) implements Metric {
  @Override
  public String protocol() {
    return "Squared maximum mean discrepancy with the kernel (x·y/d + 1)³ over "
        + network
        + ", unbiased, all pairs at once (as MM-Diffusion's KVD). About 0 between sets of one kind,"
        + " however few the clips; it may be negative. Real: every other real clip against the"
        + " rest. Intervals: bootstrap over made clips, moved by their bias.";
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public int fewest() {
    return 4;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    List<double[]> even = new ArrayList<>();
    List<double[]> odd = new ArrayList<>();
    for (int i = 0; i < real.size(); i++) {
      (i % 2 == 0 ? even : odd).add(real.rows().get(i)[0]);
    }
    return List.of(figure(even, odd));
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    return new Verdict(List.of(figure(real.row(0), made.row(0))), new double[0], List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return new PolynomialMmd(real.row(0)).of(made.row(0));
  }

  private Figure figure(List<double[]> real, List<double[]> made) {
    PolynomialMmd from = new PolynomialMmd(real);
    return new Figure(
        title,
        Intervals.FEWER.centred(made.size(), drawn -> from.of(Intervals.drawn(made, drawn))));
  }
}
