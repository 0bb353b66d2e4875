package kinetone.latent.kl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.conv2d;

import java.util.List;
import java.util.Map;
import kinetone.latent.LatentDistribution;
import kinetone.latent.Regularisation;
import kinetone.nn.Golden;
import kinetone.nn.GroupNorm;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against AudioLDM's code in small, see {@code goldens/autoencoder_kl.py}. */
class AutoencoderKlGoldenTest {
  private static final Map<String, AutoencoderKlConfig> CONFIGS =
      Map.of(
          "picture",
          new AutoencoderKlConfig(
              3, List.of(4, 8, 12, 12), 1, true, 4, 4, 0, 1, Regularisation.kl(1e-6)),
          "mel",
          new AutoencoderKlConfig(
              1, List.of(4, 8, 12), 2, true, 2, 3, 0, 1, Regularisation.kl(1e-6)));

  private final Rng rng = new Rng(1);
  private final TensorScope scope = TensorScope.open();
  private final NoGradGuard noGrad = new NoGradGuard();

  @AfterEach
  void close() {
    noGrad.close();
    scope.close();
    rng.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "mel"})
  void the_posterior_of_a_signal_agrees_with_the_reference(String name) {
    Golden golden = Golden.read("kl", name);
    AutoencoderKl codec = golden.fill(new AutoencoderKl(CONFIGS.get(name), rng));
    Tensor signal = channelsLast(golden.get("x"));
    LatentDistribution posterior = codec.distribution(signal);
    Tensor logVariance = posterior.logVariance().orElseThrow();
    assertThat(golden.error(channelsFirst(posterior.mean()), "mean")).isLessThan(Golden.TOLERANCE);
    assertThat(golden.error(channelsFirst(logVariance), "log_variance"))
        .isLessThan(Golden.TOLERANCE);
    Tensor mirrored = codec.distribution(signal.flip(1)).mean().flip(1);
    assertThat(golden.error(channelsFirst(mirrored), "mean"))
        .as("zeros before instead of behind")
        .isGreaterThan(100 * Golden.TOLERANCE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "mel"})
  void the_decoded_signal_agrees_with_the_reference(String name) {
    Golden golden = Golden.read("kl", name);
    AutoencoderKl codec = golden.fill(new AutoencoderKl(CONFIGS.get(name), rng));
    Tensor decoded = codec.decode(channelsLast(golden.get("latent")));
    assertThat(golden.error(channelsFirst(decoded), "decoded")).isLessThan(Golden.TOLERANCE);
    Tensor moments = codec.decode(codec.encode(channelsLast(golden.get("x"))));
    assertThat(golden.error(channelsFirst(moments), "decoded"))
        .as("another latent")
        .isGreaterThan(100 * Golden.TOLERANCE);
  }

  @Test
  void downsampling_pads_the_end_only() {
    Golden golden = Golden.read("kl", "downsample");
    Downsample down = golden.fill(new Downsample(4, rng));
    assertThat(golden.error(down.forward(golden.get("x")), "expected"))
        .isLessThan(Golden.TOLERANCE);
    Tensor even = golden.get("x").narrow(3, 0, 6);
    Map<String, Tensor> weights = StateDict.parameters(down);
    Tensor symmetric =
        conv2d(
            even,
            weights.get("conv.weight"),
            new TensorOptional(weights.get("conv.bias")),
            new long[] {2, 2},
            new long[] {1, 1},
            new long[] {1, 1},
            1);
    assertThat(symmetric.shape()).isEqualTo(golden.get("expected").shape());
    assertThat(golden.error(symmetric, "expected"))
        .as("symmetric padding")
        .isGreaterThan(100 * Golden.TOLERANCE);
  }

  @Test
  void small_activations_are_normalised_with_the_small_constant() {
    Golden golden = Golden.read("kl", "norm");
    GroupNorm norm = golden.fill(Layers.norm(8, withGroups(4)));
    assertThat(golden.error(norm.forward(golden.get("x")), "expected"))
        .isLessThan(Golden.TOLERANCE);
    GroupNorm usual = golden.fill(new GroupNorm(8, 4, 1e-5));
    assertThat(golden.error(usual.forward(golden.get("x")), "expected"))
        .as("PyTorch's constant")
        .isGreaterThan(100 * Golden.TOLERANCE);
    GroupNorm others = golden.fill(Layers.norm(8, withGroups(2)));
    assertThat(golden.error(others.forward(golden.get("x")), "expected"))
        .as("other groups")
        .isGreaterThan(100 * Golden.TOLERANCE);
  }

  private static AutoencoderKlConfig withGroups(int groups) {
    return new AutoencoderKlConfig(
        1, List.of(8), 1, false, groups, 1, 0, 1, Regularisation.kl(1e-6));
  }

  private static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 1).contiguous();
  }

  private static Tensor channelsFirst(Tensor x) {
    return x.permute(0, 3, 1, 2);
  }
}
