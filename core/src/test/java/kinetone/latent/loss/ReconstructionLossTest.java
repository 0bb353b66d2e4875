package kinetone.latent.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.List;
import java.util.Map;
import kinetone.latent.Autoencoder;
import kinetone.latent.loss.CodecObjective.Term;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.tensor.Differentiation;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReconstructionLossTest {
  private static final SpectralLossConfig LINEAR = SpectralLossConfig.linear(16_000);
  private final Rng rng = new Rng(2);
  private final TensorScope scope = TensorScope.open();

  @AfterEach
  void close() {
    scope.close();
    rng.close();
  }

  @Test
  void every_loss_is_zero_for_a_perfect_reconstruction_and_positive_otherwise() {
    Tensor sound = rng.normal(2, 4000);
    Tensor clip = rng.normal(2, 3, 8, 8, 3);
    Map<ReconstructionLoss, Tensor> losses =
        Map.of(
            ElementLoss.L1,
            clip,
            ElementLoss.L2,
            clip,
            new GradientLoss(),
            clip,
            new SpectralLoss(LINEAR),
            sound,
            new SpectralLoss(SpectralLossConfig.soundStream(16_000)),
            sound);
    losses.forEach(
        (loss, signal) -> {
          assertThat(loss.of(signal, signal.clone()).item_double()).isCloseTo(0, within(2e-3));
          assertThat(loss.of(signal, signal.mul(new Scalar(0.5))).item_double()).isPositive();
        });
  }

  @Test
  void spectral_gradient_is_finite_in_silence() {
    Tensor silence = zeros(1, 4000).requires_grad_();
    Differentiation.backward(new SpectralLoss(LINEAR).of(rng.normal(1, 4000), silence));
    assertThat(silence.grad().abs().max().item_float()).isFinite();
  }

  @Test
  void white_noise_has_magnitude_about_one_in_every_window() {
    SpectralLossConfig magnitudes =
        new SpectralLossConfig(16_000, List.of(64, 2048), 0, 1, 0, false, 1e-3);
    double error =
        new SpectralLoss(magnitudes).of(rng.normal(1, 32_000), zeros(1, 32_000)).item_double();
    // The mean of a Rayleigh distribution with mean square 1 is √π / 2.
    assertThat(error).isCloseTo(Math.sqrt(Math.PI) / 2, within(0.03));
  }

  @Test
  void gradient_loss_sees_edges_but_not_brightness() {
    Tensor clip = rng.normal(1, 3, 8, 8, 3);
    Tensor brighter = clip.add(Tensors.ONE);
    assertThat(new GradientLoss().of(clip, brighter).item_double()).isCloseTo(0, within(1e-6));
    Tensor single = rng.normal(1, 1, 8, 8, 3);
    assertThat(new GradientLoss().of(single, single.neg()).item_double()).isPositive();
  }

  @Test
  void an_objective_reports_its_parts_and_adds_them_with_their_weights() {
    Autoencoder codec = new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng);
    CodecObjective objective =
        new CodecObjective(
            codec, List.of(new Term("l1", 2, ElementLoss.L1), new Term("l2", 3, ElementLoss.L2)));
    CodecObjective.Value value = objective.of(rng.normal(1, 1000), rng);
    double l1 = value.parts().get("l1").item_double();
    double l2 = value.parts().get("l2").item_double();
    double latent = value.parts().get("latent").item_double();
    double weight = CausalAudioConfig.TINY.regularisation().weight();
    assertThat(value.total().item_double())
        .isCloseTo(2 * l1 + 3 * l2 + weight * latent, within(1e-5));
  }
}
