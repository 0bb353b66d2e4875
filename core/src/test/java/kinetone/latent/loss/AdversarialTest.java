package kinetone.latent.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import kinetone.latent.Autoencoder;
import kinetone.latent.Gradients;
import kinetone.latent.loss.AdversarialObjective.Config;
import kinetone.latent.loss.Discriminator.Output;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdversarialTest {
  private static final Device CPU = new Device("cpu");
  private static final List<Integer> WIDTHS = List.of(4, 8);
  private static final Scalar HALF = new Scalar(0.5);
  private final Rng rng = new Rng(11);
  private final Discriminator picture = new VideoPatchDiscriminator(WIDTHS, rng);
  private final Discriminator sound =
      new Discriminators(
          List.of(
              new WaveformDiscriminator(List.of(4, 8, 8), 3, rng),
              new StftDiscriminator(StftConfig.of(256, 64), WIDTHS, rng)));
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @Test
  void a_perfect_discriminator_has_no_hinge_loss_and_a_fooled_one_has_two() {
    Output high = output(2);
    Output low = output(-2);
    assertThat(AdversarialLoss.HINGE.discriminator(high, low).item_double()).isZero();
    assertThat(AdversarialLoss.HINGE.discriminator(output(0), output(0)).item_double())
        .isEqualTo(2);
    assertThat(AdversarialLoss.HINGE.generator(high).item_double()).isEqualTo(-2);
  }

  @Test
  void an_undecided_discriminator_costs_two_log_two_without_saturation() {
    double loss = AdversarialLoss.NON_SATURATING.discriminator(output(0), output(0)).item_double();
    assertThat(loss).isCloseTo(2 * Math.log(2), within(1e-6));
  }

  @ParameterizedTest
  @EnumSource
  void discriminator_losses_reach_every_weight_of_the_discriminators(AdversarialLoss loss) {
    Map.of(picture, rng.normal(2, 5, 16, 16, 3), sound, rng.normal(2, 4000))
        .forEach(
            (discriminator, signal) -> {
              Output real = discriminator.discriminate(signal);
              Output fake = discriminator.discriminate(signal.neg().add(Tensors.ONE));
              // The codec's side too: in an even hinge game the gradients of the last bias cancel.
              Tensor total = loss.discriminator(real, fake).add(loss.generator(fake).mul(HALF));
              Gradients.assertReachEveryParameter(discriminator.module(), total);
            });
  }

  @Test
  void feature_matching_is_zero_for_equal_signals() {
    Output a = sound.discriminate(rng.normal(1, 4000));
    Output b = sound.discriminate(rng.normal(1, 4000));
    assertThat(AdversarialLoss.featureMatching(a, a).item_double()).isZero();
    assertThat(AdversarialLoss.featureMatching(a, b).item_double()).isPositive();
  }

  @Test
  void the_codec_feels_the_discriminator_from_the_configured_step_on() {
    Autoencoder codec =
        Gradients.awaken(new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng), rng);
    AdversarialObjective objective =
        new AdversarialObjective(
            new CodecObjective(codec, VideoLossConfig.DEFAULT.terms(rng, CPU)),
            picture,
            new Config(AdversarialLoss.HINGE, 0.1, 1, 10));
    Tensor clip = rng.normal(1, 5, 16, 16, 3);
    assertThat(objective.generator(clip, 9, rng).parts()).doesNotContainKey("adversarial");
    CodecObjective.Value value = objective.generator(clip, 10, rng);
    assertThat(value.parts()).containsKeys("l1", "l2", "gradient", "adversarial", "features");
    Gradients.assertReachEveryParameter(codec.module(), value.total());
  }

  @Test
  void the_discriminators_loss_leaves_the_codec_alone() {
    Autoencoder codec = new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng);
    AdversarialObjective objective =
        new AdversarialObjective(
            new CodecObjective(codec, AudioLossConfig.balanced(16_000).terms(rng, CPU)),
            sound,
            new Config(AdversarialLoss.NON_SATURATING, 1, 1, 0));
    Gradients.assertReachEveryParameter(
        sound.module(), objective.discriminator(rng.normal(1, 4000), rng).total());
    assertThat(StateDict.parameters(codec.module()).values())
        .noneMatch(parameter -> parameter.grad().defined());
  }

  @Test
  void perceptual_distance_is_zero_for_equal_pictures_and_grows_with_noise() {
    RandomPictureFeatures features = new RandomPictureFeatures(WIDTHS, rng);
    PerceptualLoss loss = new PerceptualLoss(features);
    Tensor clip = rng.normal(1, 2, 16, 16, 3);
    Tensor noise = rng.normal(1, 2, 16, 16, 3);
    double none = loss.of(clip, clip.clone()).item_double();
    double little = loss.of(clip, clip.add(noise.mul(new Scalar(0.05)))).item_double();
    double much = loss.of(clip, clip.add(noise.mul(new Scalar(0.5)))).item_double();
    assertThat(none).isCloseTo(0, within(1e-9));
    assertThat(little).isPositive().isLessThan(much);
    assertThat(StateDict.parameters(features).values()).noneMatch(Tensor::requires_grad);
  }

  @Test
  void perceptual_distance_of_sound_is_zero_for_equal_sounds_and_grows_with_noise() {
    RandomSoundFeatures features =
        new RandomSoundFeatures(StftConfig.of(256, 64), List.of(4, 8), rng);
    PerceptualLoss loss = new PerceptualLoss(features);
    Tensor signal = rng.normal(1, 4000);
    Tensor noise = rng.normal(1, 4000);
    double little = loss.of(signal, signal.add(noise.mul(new Scalar(0.05)))).item_double();
    double much = loss.of(signal, signal.add(noise.mul(new Scalar(0.5)))).item_double();
    assertThat(loss.of(signal, signal.clone()).item_double()).isCloseTo(0, within(1e-9));
    assertThat(little).isPositive().isLessThan(much);
    assertThat(StateDict.parameters(features).values()).noneMatch(Tensor::requires_grad);
  }

  @Test
  void a_perceptual_weight_alone_trains_every_part_of_a_codec() {
    Autoencoder video =
        Gradients.awaken(new CausalVideoAutoencoder(CausalVideoConfig.TINY, rng), rng);
    CodecObjective.Value picture =
        new CodecObjective(video, new VideoLossConfig(0, 0, 0, 1.0).terms(rng, CPU))
            .of(rng.normal(1, 5, 16, 16, 3), rng);
    assertThat(picture.parts()).containsOnlyKeys("perceptual", "latent");
    Gradients.assertReachEveryParameter(video.module(), picture.total());
    Autoencoder audio =
        Gradients.awaken(new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng), rng);
    CodecObjective.Value heard =
        new CodecObjective(audio, new AudioLossConfig(0, 0, null, 1.0).terms(rng, CPU))
            .of(rng.normal(1, 4000), rng);
    assertThat(heard.parts()).containsOnlyKeys("perceptual", "latent");
    Gradients.assertReachEveryParameter(audio.module(), heard.total());
    // Without the weight there is no such term.
    assertThat(new VideoLossConfig(1, 0, 0, null).terms(rng, CPU)).hasSize(1);
  }

  private static Output output(float logit) {
    return new Output(List.of(Tensors.of(new float[] {logit, logit}, 2)), List.of());
  }
}
