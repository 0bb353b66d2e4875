package kinetone.feature.inception;

import static org.assertj.core.api.Assertions.assertThat;

import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.vocoder.Formula;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against torch-fidelity; the file comes from {@code goldens/networks.py}. */
class InceptionGoldenTest {
  @Test
  void features_and_logits_agree_with_torch_fidelity_at_full_size() {
    InceptionV3 network = new InceptionV3(InceptionConfig.FID, Rng.none());
    InceptionConfig otherwise =
        new InceptionConfig(3, 1008, true, InceptionConfig.Pooling.TORCHVISION);
    InceptionV3 torchvision = new InceptionV3(otherwise, Rng.none());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "inception");
      FormulaWeights.fill(network);
      Tensor pictures = FormulaWeights.pictures("pictures", 2, 64, 80);
      Tensor seen = InceptionInput.TENSORFLOW.of(pictures);
      InceptionV3.Verdict verdict = network.forward(seen);
      assertThat(golden.error(verdict.features(), "features")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(verdict.unbiased(), "unbiased")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(verdict.logits(), "logits")).isLessThan(Golden.TOLERANCE);
      Tensor large = FormulaWeights.pictures("large", 1, 320, 310);
      Tensor smaller = network.forward(InceptionInput.TENSORFLOW.of(large)).features();
      assertThat(golden.error(smaller, "large")).isLessThan(Golden.TOLERANCE);

      Tensor other = network.forward(InceptionInput.PYTORCH_FID.of(pictures)).features();
      assertThat(golden.error(other, "pytorch_fid")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(other, "features"))
          .as("pytorch-fid's resize")
          .isGreaterThan(10 * Golden.TOLERANCE);
      StateDict.load("the same", torchvision, StateDict.of(network));
      Tensor first = torchvision.forward(seen.narrow(0, 0, 1)).features();
      Tensor off = first.sub(golden.get("features").narrow(0, 0, 1)).abs().max();
      assertThat(off.item_float()).as("torchvision's pooling").isGreaterThan(0.1f);
    }
    assertThat(StateDict.parameterCount(network)).isEqualTo(23_850_960);
  }

  @Test
  void melception_agrees_with_spec_vqgan_at_full_size() {
    InceptionV3 network = new InceptionV3(InceptionConfig.MELCEPTION, Rng.none());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "melception");
      FormulaWeights.fill(network);
      Tensor mel = Formula.values("mel", 1, 1, 80, 76).mul(new Scalar(2.0));
      InceptionV3.Verdict verdict = network.forward(mel);
      assertThat(golden.error(verdict.features(), "features")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(verdict.unbiased(), "unbiased")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(verdict.logits(), "logits")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(verdict.logits(), "unbiased"))
          .as("with the bias")
          .isGreaterThan(10 * Golden.TOLERANCE);
    }
  }

  @Test
  void names_are_those_of_the_public_network() {
    InceptionV3 network = new InceptionV3(InceptionConfig.FID, Rng.none());
    try (TensorScope scope = TensorScope.open()) {
      assertThat(StateDict.of(network))
          .hasSize(94 * 5 + 2)
          .containsKeys(
              "Conv2d_1a_3x3.conv.weight",
              "Conv2d_4a_3x3.bn.running_var",
              "Mixed_5b.branch5x5_2.bn.weight",
              "Mixed_6a.branch3x3dbl_3.conv.weight",
              "Mixed_6e.branch7x7dbl_5.bn.bias",
              "Mixed_7a.branch7x7x3_4.conv.weight",
              "Mixed_7c.branch3x3dbl_3b.bn.running_mean",
              "fc.bias");
    }
  }
}
