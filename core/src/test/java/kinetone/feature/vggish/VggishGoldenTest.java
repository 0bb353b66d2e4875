package kinetone.feature.vggish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.List;
import kinetone.nn.FormulaWeights;
import kinetone.nn.Golden;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

/** Against torchvggish; the file comes from {@code goldens/networks.py}. */
public class VggishGoldenTest {
  public static final VggishConfig NARROW =
      new VggishConfig(List.of(List.of(4), List.of(8), List.of(16, 16), List.of(32, 32)), 48, 12);

  @Test
  void examples_and_embeddings_agree_with_torchvggish() {
    Vggish network = new Vggish(NARROW, Rng.none());
    VggishFrontEnd front = new VggishFrontEnd();
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("networks", "vggish");
      FormulaWeights.fill(network);
      Tensor examples = front.examples(FormulaWeights.sound("sound", 40_000));
      assertThat(golden.error(examples, "examples")).isLessThan(Golden.TOLERANCE);
      Tensor embeddings = network.forward(examples);
      assertThat(golden.error(embeddings, "embeddings")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(relu(embeddings), "embeddings"))
          .as("with the last activation")
          .isGreaterThan(100 * Golden.TOLERANCE);
      Tensor late = FormulaWeights.sound("sound", 40_056).narrow(1, 56, 40_000);
      assertThat(golden.error(front.examples(late), "examples"))
          .as("windows in the middle of transforms")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  @Test
  void names_and_counts_are_those_of_the_public_network() {
    Vggish network = new Vggish(NARROW, Rng.none());
    try (TensorScope scope = TensorScope.open()) {
      assertThat(StateDict.of(network))
          .containsOnlyKeys(
              "features.0.weight",
              "features.0.bias",
              "features.3.weight",
              "features.3.bias",
              "features.6.weight",
              "features.6.bias",
              "features.8.weight",
              "features.8.bias",
              "features.11.weight",
              "features.11.bias",
              "features.13.weight",
              "features.13.bias",
              "embeddings.0.weight",
              "embeddings.0.bias",
              "embeddings.2.weight",
              "embeddings.2.bias",
              "embeddings.4.weight",
              "embeddings.4.bias");
    }
    assertThat(StateDict.parameterCount(network)).isEqualTo(NARROW.parameterCount());
    assertThat(VggishConfig.PUBLIC.parameterCount()).isEqualTo(72_141_184);
  }

  @Test
  void what_is_left_over_behind_the_last_example_is_not_heard() {
    VggishFrontEnd front = new VggishFrontEnd();
    try (TensorScope scope = TensorScope.open()) {
      assertThat(front.examples(FormulaWeights.sound("s", VggishFrontEnd.SHORTEST)).shape())
          .containsExactly(1, 96, 64);
      assertThat(front.examples(FormulaWeights.sound("s", VggishFrontEnd.SHORTEST - 1)).shape())
          .containsExactly(0, 96, 64);
      assertThat(front.examples(FormulaWeights.sound("s", 2 * 15_360 + 239)).size(0)).isEqualTo(1);
      assertThat(front.examples(FormulaWeights.sound("s", 2 * 15_360 + 240)).size(0)).isEqualTo(2);
    }
  }
}
