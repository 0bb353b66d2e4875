package kinetone.latent.opensora;

import static kinetone.latent.opensora.NarrowOpenSora.CONFIG;
import static kinetone.latent.opensora.NarrowOpenSora.STATISTICS;
import static kinetone.latent.opensora.NarrowOpenSora.channelsFirst;
import static kinetone.latent.opensora.NarrowOpenSora.channelsLast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.latent.LatentDistribution;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against Open-Sora's code in small, see {@code goldens/opensora_vae.py}. */
class OpenSoraAutoencoderTest {
  private static final double WRONG = 100 * Golden.TOLERANCE;

  private final Rng rng = new Rng(1);
  private final TensorScope scope = TensorScope.open();
  private final NoGradGuard noGrad = new NoGradGuard();
  private final Golden golden = NarrowOpenSora.golden();

  @AfterEach
  void close() {
    noGrad.close();
    scope.close();
    rng.close();
  }

  private OpenSoraAutoencoder network(OpenSoraConfig config) {
    OpenSoraAutoencoder network = new OpenSoraAutoencoder(config, rng);
    StateDict.load("golden", network, NarrowOpenSora.network(golden));
    return network;
  }

  private Tensor clip(long frames) {
    return channelsLast(golden.get("x")).narrow(1, 0, frames);
  }

  private Tensor latent(long latents) {
    return channelsLast(golden.get("latent")).narrow(1, 0, latents);
  }

  private double encodeError(OpenSoraConfig config, long frames) {
    Tensor latent = STATISTICS.standardise(network(config).encode(clip(frames)));
    return golden.error(channelsFirst(latent), "encoded_" + frames);
  }

  private double decodeError(OpenSoraConfig config, long frames) {
    Tensor latent = STATISTICS.restore(latent(config.latents(frames)));
    return error(network(config).decode(latent, frames), frames);
  }

  /** The first chunk of 34 frames is a clip of 17. */
  private double error(Tensor clip, long frames) {
    if (frames != 17) {
      return golden.error(channelsFirst(clip), "decoded_" + frames);
    }
    Tensor expected = golden.get("decoded_34").narrow(2, 0, 17);
    return channelsFirst(clip).sub(expected).abs().max().item_double()
        / expected.abs().max().item_double();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 17, 34})
  void clips_are_encoded_as_by_the_reference(int frames) {
    assertThat(encodeError(CONFIG, frames)).isLessThan(Golden.TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 5, 16, 17, 34})
  void latents_are_decoded_as_by_the_reference(int frames) {
    assertThat(decodeError(CONFIG, frames)).isLessThan(Golden.TOLERANCE);
  }

  @Test
  void the_posterior_over_time_agrees_with_the_reference() {
    LatentDistribution posterior = network(CONFIG).distribution(clip(17));
    assertThat(golden.error(channelsFirst(posterior.mean()), "mean")).isLessThan(Golden.TOLERANCE);
    assertThat(golden.error(channelsFirst(posterior.logVariance().orElseThrow()), "log_variance"))
        .isLessThan(Golden.TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1, 0.13025})
  void another_factor_between_both_networks_is_wrong(double factor) {
    OpenSoraConfig other =
        new OpenSoraConfig(CONFIG.picture(), factor, CONFIG.temporal(), 17, null);
    assertThat(encodeError(other, 17)).isGreaterThan(WRONG);
    assertThat(decodeError(other, 5)).isGreaterThan(WRONG);
  }

  @Test
  void zeros_behind_the_frames_instead_of_in_front_are_wrong() {
    Tensor pictures = channelsLast(golden.get("pictures")).narrow(1, 0, 5);
    Tensor zeros = pictures.narrow(1, 0, 3).mul(new Scalar(0));
    TemporalAutoencoder time = network(CONFIG).time();
    assertThat(encodedError(time, new TensorVector(zeros, pictures))).isLessThan(Golden.TOLERANCE);
    assertThat(encodedError(time, new TensorVector(pictures, zeros))).isGreaterThan(WRONG);
  }

  private double encodedError(TemporalAutoencoder time, TensorVector eight) {
    Tensor mean = time.moments(torch.cat(eight, 1)).narrow(-1, 0, 4);
    return golden.error(channelsFirst(STATISTICS.standardise(mean)), "encoded_5");
  }

  @Test
  void frames_dropped_behind_instead_of_in_front_are_wrong() {
    OpenSoraAutoencoder network = network(CONFIG);
    Tensor latent = STATISTICS.restore(latent(2));
    Tensor eight = network.decode(latent, 8);
    assertThat(golden.error(channelsFirst(eight.narrow(1, 3, 5)), "decoded_5"))
        .isLessThan(Golden.TOLERANCE);
    assertThat(golden.error(channelsFirst(eight.narrow(1, 0, 5)), "decoded_5"))
        .isGreaterThan(WRONG);
  }

  @Test
  void chunks_of_another_length_and_other_groups_are_wrong() {
    TemporalConfig one =
        new TemporalConfig(4, CONFIG.temporal().widths(), 2, CONFIG.temporal().timeDown(), 1, 4);
    assertThat(
            encodeError(
                new OpenSoraConfig(CONFIG.picture(), 0.18215, CONFIG.temporal(), 33, null), 34))
        .isGreaterThan(WRONG);
    assertThat(encodeError(new OpenSoraConfig(CONFIG.picture(), 0.18215, one, 17, null), 17))
        .isGreaterThan(WRONG);
  }

  @Test
  void dividing_before_shifting_is_wrong() {
    Tensor raw = network(CONFIG).encode(clip(17));
    LatentStatistics unscaled = new LatentStatistics(STATISTICS.mean(), new float[] {1, 1, 1, 1});
    LatentStatistics unshifted = new LatentStatistics(new float[4], STATISTICS.standardDeviation());
    Tensor other = unscaled.standardise(unshifted.standardise(raw));
    assertThat(golden.error(channelsFirst(other), "encoded_17")).isGreaterThan(WRONG);
  }

  /** One of 1e-6, as in the autoencoder of pictures, would be off by some per cent. */
  @Test
  void small_activations_are_normalised_with_pytorchs_constant() {
    Golden block = Golden.read("opensora", "block");
    TemporalBlock ours = block.fill(new TemporalBlock(4, 8, 2, rng));
    assertThat(block.error(ours.forward(block.get("x")), "expected")).isLessThan(Golden.TOLERANCE);
  }

  @Test
  void chunks_know_nothing_of_each_other() {
    OpenSoraAutoencoder network = network(CONFIG);
    Tensor both = network.encode(clip(34));
    Tensor second = network.encode(clip(34).narrow(1, 17, 17));
    assertThat(both.narrow(1, 5, 5).sub(second).abs().max().item_double()).isLessThan(1e-5);
  }

  @Test
  void the_public_sizes_have_the_published_numbers_of_parameters() {
    try (Rng none = Rng.none();
        OpenSoraAutoencoder network = new OpenSoraAutoencoder(OpenSoraConfig.V1_2, none)) {
      assertThat(StateDict.of(network.time())).hasSize(267);
      assertThat(numbers(StateDict.of(network.time()).values().stream().toList()))
          .isEqualTo(309_687_144L);
      assertThat(StateDict.of(network)).hasSize(267 + 248);
      assertThat(numbers(StateDict.of(network).values().stream().toList()))
          .isEqualTo(309_687_144L + 83_653_863L);
    }
  }

  private static long numbers(List<Tensor> tensors) {
    return tensors.stream().mapToLong(Tensor::numel).sum();
  }

  @Test
  void what_does_not_fit_is_refused_in_a_line() {
    OpenSoraAutoencoder network = network(CONFIG);
    assertThatThrownBy(() -> network.encode(rng.normal(1, 3, 12, 16, 3)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("16 x 12 pixels")
        .hasMessageContaining("multiples of 8");
    assertThatThrownBy(() -> network.decode(latent(3), 17))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("17 frames have 5 latents, but 3 are given");
    assertThatThrownBy(
            () -> new OpenSoraConfig(CONFIG.picture(), 0.18215, CONFIG.temporal(), 16, null))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("chunk = 16");
    assertThatThrownBy(
            () ->
                new OpenSoraConfig(
                    AutoencoderKlConfig.AUDIOLDM, 0.18215, CONFIG.temporal(), 17, null))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("signalChannels = 1");
  }
}
