package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.l1_loss;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import kinetone.latent.loss.AdversarialLoss;
import kinetone.latent.loss.CodecObjective.Value;
import kinetone.latent.loss.Discriminator;
import kinetone.latent.loss.Discriminator.Output;
import kinetone.latent.loss.SpectralLoss;
import kinetone.spectral.MelFrontEnd;
import kinetone.spectral.MelFrontEndConfig;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * HiFi-GAN's losses (Kong et al. 2020, section 2.4): least squares against discriminators, feature
 * matching and mel error; and a multi-resolution spectral loss for training without discriminators.
 * Holds filters: make it outside of scopes.
 */
public final class VocoderObjective implements AutoCloseable {
  private final HiFiGan generator;
  private final Optional<Discriminator> discriminator;
  private final VocoderLossConfig config;
  private final MelFrontEnd mel;
  private final Optional<SpectralLoss> spectrum;

  /**
   * The losses of {@code generator}.
   *
   * @param frontEnd of the spectrograms; the loss takes its bands in HiFi-GAN's framing
   */
  public VocoderObjective(
      HiFiGan generator,
      Optional<Discriminator> discriminator,
      VocoderLossConfig config,
      MelFrontEndConfig frontEnd) {
    this.generator = generator;
    this.discriminator = discriminator;
    this.config = config;
    mel = new MelFrontEnd(frontEnd.forLoss());
    spectrum =
        config.spectrum() > 0 ? Optional.of(new SpectralLoss(config.spectral())) : Optional.empty();
  }

  /**
   * The generator's loss.
   *
   * @param logMel (B, frames, bands)
   * @param sound the sound behind it, (B, frames · hop)
   * @param step from 0
   */
  public Value generator(Tensor logMel, Tensor sound, long step) {
    Tensor made = made(logMel, sound);
    Map<String, Tensor> parts = new LinkedHashMap<>();
    Tensor melError = melError(mel, sound, made);
    parts.put("mel", melError.detach());
    Tensor total = melError.mul(new Scalar(config.mel()));
    if (spectrum.isPresent()) {
      Tensor error = spectrum.get().of(sound, made);
      parts.put("spectrum", error.detach());
      total = total.add(error.mul(new Scalar(config.spectrum())));
    }
    if (discriminator.isPresent() && step >= config.adversaryFrom()) {
      Output real;
      try (NoGradGuard noGrad = new NoGradGuard()) {
        real = discriminator.get().discriminate(sound);
      }
      Output fake = discriminator.get().discriminate(made);
      Tensor adversarial = generatorLoss(fake);
      Tensor features = featureMatching(real, fake);
      parts.put("adversarial", adversarial.detach());
      parts.put("features", features.detach());
      total =
          total
              .add(adversarial.mul(new Scalar(config.adversarial())))
              .add(features.mul(new Scalar(config.features())));
    }
    return new Value(total, parts);
  }

  /**
   * The discriminators' loss; the generator is not differentiated. Before their first step a
   * constant without influence on any weight.
   */
  public Value discriminator(Tensor logMel, Tensor sound, long step) {
    if (step < config.adversaryFrom()) {
      return new Value(zeros(1).set_requires_grad(true).sum(), Map.of());
    }
    Tensor made;
    try (NoGradGuard noGrad = new NoGradGuard()) {
      made = made(logMel, sound);
    }
    Discriminator network = discriminator.orElseThrow();
    Tensor total = discriminatorLoss(network.discriminate(sound), network.discriminate(made));
    return new Value(total, Map.of("discriminator", total.detach()));
  }

  /** Σ (1 − D(x))² + D(x̂)² over discriminators, each a mean over positions. */
  static Tensor discriminatorLoss(Output real, Output fake) {
    return AdversarialLoss.LEAST_SQUARES
        .discriminator(real, fake)
        .mul(new Scalar((double) real.logits().size()));
  }

  /** Σ (1 − D(x̂))² over discriminators. */
  static Tensor generatorLoss(Output fake) {
    return AdversarialLoss.LEAST_SQUARES
        .generator(fake)
        .mul(new Scalar((double) fake.logits().size()));
  }

  /** Σ of the mean absolute errors of all activations, logits included. */
  static Tensor featureMatching(Output real, Output fake) {
    Tensor total = l1_loss(fake.features().get(0), real.features().get(0).detach());
    for (int i = 1; i < real.features().size(); i++) {
      total = total.add(l1_loss(fake.features().get(i), real.features().get(i).detach()));
    }
    return total;
  }

  /** The mean absolute error of log-mel spectrograms. */
  static Tensor melError(MelFrontEnd mel, Tensor sound, Tensor made) {
    return l1_loss(mel.logMel(made), mel.logMel(sound));
  }

  /** The generator's sound, cut to that of {@code sound}: some configurations add samples. */
  private Tensor made(Tensor logMel, Tensor sound) {
    return generator.forward(logMel).narrow(1, 0, sound.size(1));
  }

  @Override
  public void close() {
    mel.close();
  }
}
