package kinetone.latent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GainShapeTest {
  private static final GainShape SPLIT = new GainShape(4, 0.03, 1);

  private TensorScope scope;
  private Rng rng;

  @BeforeEach
  void open() {
    rng = new Rng(3);
    scope = TensorScope.open();
  }

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  /** Silence with a few loud frames, zero on average: what waveform latents look like. */
  private Tensor impacts() {
    Tensor levels = Tensors.of(new float[] {0.02f, 0.02f, 4, 0.5f, 0.02f, 0.02f}, 1, 6, 1);
    return rng.normal(50, 6, 8).mul(levels);
  }

  private static double distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_double();
  }

  private static double kurtosis(Tensor z) {
    Tensor centred = z.sub(z.mean()).square();
    return centred.square().mean().item_double() / Math.pow(centred.mean().item_double(), 2);
  }

  @Test
  void a_split_latent_is_put_together_again() {
    Tensor latent = impacts();
    Tensor split = SPLIT.analyse(latent);
    assertThat(split.sizes().vec().get()).containsExactly(50, 6, 12);
    assertThat(distance(SPLIT.synthesise(split), latent)).isLessThan(1e-5);
    assertThat(distance(new GainShape(2, 0.03, 1).synthesise(split).narrow(-1, 0, 8), latent))
        .isGreaterThan(0.1);
  }

  @Test
  void statistics_with_a_split_are_undone_too() {
    Tensor latent = impacts();
    LatentStatistics statistics = LatentStatistics.of(latent, SPLIT);
    Tensor standard = statistics.standardise(latent);
    assertThat(statistics.channels()).isEqualTo(12);
    assertThat(statistics.codecChannels()).isEqualTo(8);
    assertThat(standard.mean().abs().item_double()).isLessThan(1e-4);
    assertThat(standard.square().mean().item_double()).isBetween(0.99, 1.01);
    assertThat(distance(statistics.restore(standard), latent)).isLessThan(1e-4);
  }

  @Test
  void emphasised_levels_are_larger_than_shapes() {
    LatentStatistics statistics = LatentStatistics.of(impacts(), new GainShape(4, 0.03, 2));
    Tensor standard = statistics.standardise(impacts());
    assertThat(standard.narrow(-1, 0, 4).std().item_double()).isBetween(1.9, 2.1);
    assertThat(standard.narrow(-1, 4, 8).std().item_double()).isBetween(0.9, 1.1);
  }

  @Test
  void the_heavy_tail_of_levels_is_gone() {
    Tensor latent = impacts();
    assertThat(kurtosis(LatentStatistics.of(latent).standardise(latent))).isGreaterThan(10);
    assertThat(kurtosis(LatentStatistics.of(latent, SPLIT).standardise(latent))).isLessThan(5);
  }

  @Test
  void no_predicted_level_is_infinitely_loud() {
    Tensor absurd = torch.ones(1, 1, 12).mul(new Scalar(1000.0));
    assertThat(SPLIT.synthesise(absurd).isfinite().all().item_bool()).isTrue();
  }

  @Test
  void bands_must_divide_the_channels() {
    assertThatThrownBy(() -> new GainShape(3, 0.03, 1).analyse(impacts()))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("gainShape.bands");
  }
}
