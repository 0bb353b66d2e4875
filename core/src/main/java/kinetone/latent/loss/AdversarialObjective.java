package kinetone.latent.loss;

import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * A {@link CodecObjective} with a discriminator: two losses, for the two phases of a training step.
 * The codec's loss also leaves gradients in the discriminator; its optimiser must clear them before
 * its own phase.
 */
public final class AdversarialObjective {
  private final CodecObjective objective;
  private final Discriminator discriminator;
  private final Config config;

  /**
   * The game.
   *
   * @param loss which
   * @param weight of the adversarial term in the codec's loss
   * @param featureWeight of feature matching in the codec's loss (SoundStream: 100 times weight)
   * @param fromStep steps of the discriminator's training before the codec feels it
   */
  public record Config(AdversarialLoss loss, double weight, double featureWeight, long fromStep) {
    /** Checks the ranges. */
    public Config {
      Check.atLeast("adversarial weight", weight, 0);
      Check.atLeast("feature matching weight", featureWeight, 0);
      Check.atLeast("adversarial fromStep", (double) fromStep, 0);
    }
  }

  /** Adds {@code discriminator} to {@code objective}. */
  public AdversarialObjective(
      CodecObjective objective, Discriminator discriminator, Config config) {
    this.objective = objective;
    this.discriminator = discriminator;
    this.config = config;
  }

  /** The codec's loss at {@code step} (from 0). */
  public CodecObjective.Value generator(Tensor signal, long step, Rng rng) {
    CodecObjective.Outcome outcome = objective.evaluate(signal, rng);
    if (step < config.fromStep()) {
      return outcome.value();
    }
    Discriminator.Output fake = discriminator.discriminate(outcome.reconstruction());
    Discriminator.Output real;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      real = discriminator.discriminate(signal);
    }
    Tensor adversarial = config.loss().generator(fake);
    Tensor features = AdversarialLoss.featureMatching(real, fake);
    Map<String, Tensor> parts = new LinkedHashMap<>(outcome.value().parts());
    parts.put("adversarial", adversarial.detach());
    parts.put("features", features.detach());
    Tensor total =
        outcome
            .value()
            .total()
            .add(adversarial.mul(new Scalar(config.weight())))
            .add(features.mul(new Scalar(config.featureWeight())));
    return new CodecObjective.Value(total, parts);
  }

  /** The discriminator's loss; the codec is not differentiated. */
  public CodecObjective.Value discriminator(Tensor signal, Rng rng) {
    Tensor reconstruction;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      reconstruction = objective.reconstruct(signal, rng);
    }
    Tensor total =
        config
            .loss()
            .discriminator(
                discriminator.discriminate(signal), discriminator.discriminate(reconstruction));
    return new CodecObjective.Value(total, Map.of("discriminator", total.detach()));
  }
}
