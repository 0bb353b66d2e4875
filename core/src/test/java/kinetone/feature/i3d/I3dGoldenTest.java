package kinetone.feature.i3d;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import kinetone.common.KinetoneException;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against three public implementations; the file comes from {@code goldens/networks.py}. */
class I3dGoldenTest {
  @Test
  void logits_agree_with_mm_diffusion_and_with_the_original_at_full_size() {
    I3d mmDiffusion = new I3d(I3dConfig.MM_DIFFUSION, Rng.none());
    I3d original = new I3d(I3dConfig.ORIGINAL, Rng.none());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "i3d");
      FormulaWeights.fill(mmDiffusion);
      StateDict.load("the same", original, StateDict.of(mmDiffusion));
      Tensor clip = FormulaWeights.pictures("clip", 10, 48, 64);
      Tensor cut = I3dInput.MM_DIFFUSION.of(clip);
      Tensor corners =
          cut.narrow(2, 0, 2).slice(3, of(0), of(224), 16).slice(4, of(0), of(224), 16);
      assertThat(golden.error(corners, "pixels")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(mmDiffusion.forward(cut), "logits")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(original.forward(cut), "logits"))
          .as("the other epsilon")
          .isGreaterThan(10 * Golden.TOLERANCE);

      Tensor whole = I3dInput.STYLEGAN_V.of(clip.narrow(0, 0, 9));
      Tensor logits = original.forward(whole);
      assertThat(golden.error(logits, "original")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(logits, "hassony2")).isLessThan(Golden.TOLERANCE);
      Tensor middle = I3dInput.MM_DIFFUSION.of(clip.narrow(0, 0, 9));
      assertThat(middle.sub(whole).abs().max().item_float())
          .as("cut, not squeezed")
          .isGreaterThan(0.1f);
      assertThatThrownBy(() -> original.forward(whole.narrow(2, 0, 8)))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("pictures of a clip");
    }
    assertThat(StateDict.parameterCount(original)).isEqualTo(12_697_264);
  }

  private static org.bytedeco.pytorch.LongOptional of(long at) {
    return new org.bytedeco.pytorch.LongOptional(at);
  }
}
