package kinetone.evaluate;

import java.util.Arrays;
import java.util.List;
import kinetone.metric.KullbackLeibler;

/**
 * {@link KullbackLeibler} between what a classifier says of a real clip and of the one made for it.
 *
 * @param measure whose row of number {@code row} are logits
 * @param network names the classifier in the protocol
 */
record DivergenceMetric(String name, String title, String network, Measure measure, int row)
    implements Metric {
  @Override
  public String protocol() {
    return "KL(real || made) on the softmax logits of "
        + network
        + ", 1e-6 added as SpecVQGAN and audioldm_eval do, mean over pairs. A made clip belongs to"
        + " the real one by whose name it is called. Real: each real clip and the next, what chance"
        + " gives. Intervals: bootstrap over pairs.";
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    double[] chance = new double[real.size()];
    for (int i = 0; i < chance.length; i++) {
      chance[i] =
          KullbackLeibler.SOFTMAX.of(
              real.rows().get(i)[row], real.rows().get((i + 1) % chance.length)[row]);
    }
    return List.of(new Figure(title, Intervals.mean(chance)));
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    double[] perClip = perClip(real, made);
    double[] paired = Arrays.stream(perClip).filter(value -> !Double.isNaN(value)).toArray();
    if (paired.length == 0) {
      return new Verdict(List.of(), new double[0], List.of());
    }
    return new Verdict(
        List.of(
            new Figure("%s (%d pairs)".formatted(title, paired.length), Intervals.mean(paired))),
        perClip,
        List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return Arrays.stream(perClip(real, made))
        .filter(value -> !Double.isNaN(value))
        .average()
        .orElse(Double.NaN);
  }

  @Override
  public boolean paired() {
    return true;
  }

  /** Not a number where no real clip has the name. */
  private double[] perClip(Measured real, Measured made) {
    double[] perClip = new double[made.size()];
    Arrays.fill(perClip, Double.NaN);
    for (int[] pair : made.pairs(real)) {
      perClip[pair[0]] =
          KullbackLeibler.SOFTMAX.of(real.rows().get(pair[1])[row], made.rows().get(pair[0])[row]);
    }
    return perClip;
  }
}
