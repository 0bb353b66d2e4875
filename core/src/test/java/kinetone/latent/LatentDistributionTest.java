package kinetone.latent;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against AudioLDM's DiagonalGaussianDistribution, see {@code goldens/autoencoder_kl.py}. */
class LatentDistributionTest {
  private final TensorScope scope = TensorScope.open();
  private final Golden golden = Golden.read("kl", "posterior");
  private final LatentDistribution posterior =
      LatentDistribution.of(
          golden.get("moments").permute(0, 2, 3, 1).contiguous(), Regularisation.kl(1e-6));

  @AfterEach
  void close() {
    scope.close();
  }

  @Test
  void log_variances_are_limited_as_in_the_reference() {
    Tensor actual = posterior.logVariance().orElseThrow().permute(0, 3, 1, 2);
    assertThat(golden.error(actual, "log_variance")).isZero();
    Tensor unlimited = golden.get("moments").narrow(1, 3, 3);
    assertThat(golden.error(unlimited, "log_variance")).as("without limits").isGreaterThan(0.1);
  }

  @Test
  void the_divergence_is_the_sum_whose_mean_the_reference_takes() {
    Tensor actual = posterior.divergence().div(new Scalar(3.0 * 4 * 4));
    assertThat(golden.error(actual, "mean_divergence")).isLessThan(Golden.TOLERANCE);
    Tensor perSignalElement = posterior.penalty(2 * 3 * 4 * 4);
    assertThat(perSignalElement.item_float())
        .isCloseTo(
            golden.get("mean_divergence").mean().item_float(),
            org.assertj.core.data.Percentage.withPercentage(0.01));
  }

  @Test
  void a_draw_is_the_mode_plus_noise_of_the_deviation() {
    try (Rng rng = new Rng(4);
        Rng same = new Rng(4)) {
      Tensor noise = same.normal(posterior.mode().shape());
      Tensor scaled = posterior.sample(rng).sub(posterior.mode()).permute(0, 3, 1, 2);
      Tensor expected = noise.permute(0, 3, 1, 2).mul(golden.get("deviation"));
      assertThat(scaled.sub(expected).abs().max().item_float())
          .isLessThan(1e-4f * expected.abs().max().item_float());
    }
  }
}
