package kinetone.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** A generator trained against a discriminator, or the discriminator alone. */
final class Duel implements TrainingTask {
  private final NoisyLine.Net generator = new NoisyLine.Net(8);
  private final NoisyLine.Net discriminator = new NoisyLine.Net(8);
  private final boolean both;

  Duel(boolean both) {
    this.both = both;
  }

  @Override
  public List<Phase> phases() {
    List<Phase> phases = new ArrayList<>();
    if (both) {
      phases.add(
          new Phase(
              "gen",
              generator,
              (step, micro, rng) -> value(discriminator.forward(generator.forward(input())))));
    }
    phases.add(
        new Phase("disc", discriminator, (step, micro, rng) -> value(score(step, micro, rng))));
    return phases;
  }

  private Tensor score(long step, int micro, Rng rng) {
    return discriminator.forward(input()).square();
  }

  private static Tensor input() {
    return Tensors.of(new float[] {1, -1, 2, 0.5f}, 1, 4);
  }

  private static Value value(Tensor figures) {
    return new Value(figures.mean(), Map.of());
  }

  @Override
  public Map<String, Double> validate() {
    return Map.of();
  }

  @Override
  public void close() {
    generator.close();
    discriminator.close();
  }
}
