package kinetone.latent.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import kinetone.codec.CodecFolder;
import kinetone.codec.FramewiseCodec;
import kinetone.codec.LatentCodec;
import kinetone.common.KinetoneException;
import kinetone.latent.Causality;
import kinetone.latent.Gradients;
import kinetone.latent.LatentDistribution;
import kinetone.latent.Regularisation;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AutoencoderKlTest {
  private static final AutoencoderKlConfig SMALL =
      new AutoencoderKlConfig(3, List.of(8, 8), 1, true, 4, 2, 0.5, 2, Regularisation.kl(1e-6));

  @TempDir Path folder;
  private final Rng rng = new Rng(7);
  private final AutoencoderKl small = new AutoencoderKl(SMALL, rng);
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @Test
  void stable_diffusions_size() {
    assertSize(AutoencoderKlConfig.SD, 83_653_863, 248);
    assertThat(AutoencoderKlConfig.SD.factor()).isEqualTo(8);
  }

  @Test
  void audio_ldms_size() {
    assertSize(AutoencoderKlConfig.AUDIOLDM, 55_376_873, 204);
    assertThat(AutoencoderKlConfig.AUDIOLDM.factor()).isEqualTo(4);
  }

  @Test
  void the_tiny_one_takes_at_most_three_megabytes_in_half_precision() {
    long count = StateDict.parameterCount(new AutoencoderKl(AutoencoderKlConfig.TINY_MEL, rng));
    assertThat(2 * count).isBetween(2_000_000L, 3_000_000L);
    assertThat(AutoencoderKlConfig.TINY_MEL.factor()).isEqualTo(4);
  }

  @Test
  void a_signal_of_any_fitting_size_comes_back_in_its_size() {
    AutoencoderKl mel = new AutoencoderKl(AutoencoderKlConfig.TINY_MEL, rng);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latent = mel.encode(rng.normal(2, 20, 64, 1));
      assertThat(latent.shape()).containsExactly(2, 5, 16, 8);
      assertThat(mel.decode(latent).shape()).containsExactly(2, 20, 64, 1);
      assertThat(small.encode(rng.normal(1, 6, 4, 3)).shape()).containsExactly(1, 3, 2, 2);
    }
  }

  @Test
  void the_network_sees_signals_relative_to_their_mean_and_deviation() {
    AutoencoderKlConfig c = SMALL;
    AutoencoderKl plain =
        new AutoencoderKl(
            new AutoencoderKlConfig(3, c.widths(), 1, true, 4, 2, 0, 1, c.regularisation()), rng);
    StateDict.load("small", plain, StateDict.of(small));
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x = rng.normal(1, 4, 4, 3);
      Tensor shifted = x.mul(scalar(2)).add(scalar(0.5));
      assertThat(Causality.distance(small.encode(shifted), plain.encode(x))).isLessThan(1e-5);
      assertThat(Causality.distance(small.encode(x), plain.encode(x))).isGreaterThan(1e-2);
      Tensor z = rng.normal(1, 2, 2, 2);
      Tensor expected = plain.decode(z).mul(scalar(2)).add(scalar(0.5));
      assertThat(Causality.distance(small.decode(z), expected)).isLessThan(1e-5);
    }
  }

  @Test
  void gradients_reach_every_parameter() {
    Tensor signal = rng.normal(2, 8, 8, 3);
    LatentDistribution posterior = small.distribution(signal);
    Tensor loss = small.decode(posterior.sample(rng)).sub(signal).square().mean();
    Gradients.assertReachEveryParameter(small, loss.add(posterior.penalty(signal.numel())));
  }

  @Test
  void it_comes_back_from_disk_with_the_scale_of_its_latents() {
    CodecFolder.save(
        folder,
        FramewiseCodec.FORMAT,
        new FramewiseCodec(small),
        LatentScale.SD.statistics(2),
        ScalarType.Float);
    LatentCodec<FramewiseCodec> loaded = CodecFolder.load(folder, FramewiseCodec.FORMAT);
    AutoencoderKl network = (AutoencoderKl) loaded.codec().module();
    assertThat(network.config()).isEqualTo(SMALL);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Tensor x = rng.normal(1, 4, 4, 3);
      Tensor latent = small.encode(x);
      assertThat(Causality.distance(network.encode(x), latent)).isZero();
      Tensor scaled = loaded.statistics().standardise(latent);
      assertThat(Causality.distance(scaled, latent.mul(scalar(0.18215)))).isLessThan(1e-6);
    }
  }

  @Test
  void the_released_mdsgen_divides_by_four_and_not_by_audio_ldms_factor() {
    Tensor generated = rng.normal(1, 4, 2, 8);
    Tensor latent = LatentScale.MDSGEN_RELEASE.statistics(8).restore(generated);
    assertThat(Causality.distance(latent, generated.div(scalar(4)))).isLessThan(1e-6);
    Tensor other = LatentScale.AUDIOLDM.statistics(8).restore(generated);
    assertThat(Causality.distance(other, generated.div(scalar(0.9227914214134216))))
        .isLessThan(1e-6);
    assertThat(Causality.distance(other, latent)).isGreaterThan(0.5);
  }

  @Test
  void wrong_signals_and_configurations_are_refused_with_the_rule() {
    assertThatThrownBy(() -> small.encode(rng.normal(1, 5, 4, 3)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("5 x 4")
        .hasMessageContaining("multiples of 2");
    assertThatThrownBy(() -> small.encode(rng.normal(1, 4, 4, 1)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("signal has shape");
    assertThatThrownBy(
            () ->
                new AutoencoderKlConfig(
                    1, List.of(12), 1, true, 8, 2, 0, 1, Regularisation.kl(1e-6)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("widths = 12 is not divisible by groups = 8");
    assertThatThrownBy(() -> new LatentScale(0))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("latent scale = 0.0");
  }

  /** Made in the test's scope, so that the memory is given back. */
  private void assertSize(AutoencoderKlConfig config, long parameters, int tensors) {
    AutoencoderKl codec = new AutoencoderKl(config, rng);
    assertThat(StateDict.parameterCount(codec)).isEqualTo(parameters);
    assertThat(StateDict.of(codec)).hasSize(tensors);
  }

  private static org.bytedeco.pytorch.Scalar scalar(double value) {
    return new org.bytedeco.pytorch.Scalar(value);
  }
}
