package kinetone.model.stdit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kinetone.nn.Golden;
import kinetone.nn.embed.RotaryPosition;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Blocks alone; the golden comes from {@code goldens/stdit3.py}: hpcaitech/Open-Sora 1.2. */
class StDit3BlockTest {
  @ParameterizedTest
  @EnumSource
  void a_block_agrees_with_open_sora_and_one_along_the_other_axis_does_not(StDit3Block.Axis axis) {
    boolean space = axis == StDit3Block.Axis.SPACE;
    String name = space ? "spatial" : "temporal";
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("stdit3", "block");
      StDit3Block block = block(axis, name);
      assertThat(golden.error(forward(block, golden, false), name)).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(forward(block, golden, true), name + "_masked"))
          .isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(forward(block, golden, false), name + "_masked"))
          .as("clean frames are told the timestep")
          .isGreaterThan(100 * Golden.TOLERANCE);
      StDit3Block.Axis other = space ? StDit3Block.Axis.TIME : StDit3Block.Axis.SPACE;
      assertThat(golden.error(forward(block(other, name), golden, false), name))
          .as("along the other axis")
          .isGreaterThan(100 * Golden.TOLERANCE);
    }
  }

  private static StDit3Block block(StDit3Block.Axis axis, String name) {
    StDit3Block block = new StDit3Block(24, 2, axis, new RotaryPosition(12), new Rng(1));
    String prefix = name + "_blocks.1.";
    Map<String, Tensor> weights =
        Golden.read("stdit3", "stdit3").weights().entrySet().stream()
            .filter(e -> e.getKey().startsWith(prefix))
            .collect(
                Collectors.toMap(e -> e.getKey().substring(prefix.length()), Map.Entry::getValue));
    StateDict.load("golden", block, weights);
    return block;
  }

  private static Tensor forward(StDit3Block block, Golden golden, boolean masked) {
    Golden whole = Golden.read("stdit3", "stdit3");
    Optional<Tensor> noisy =
        masked
            ? Optional.of(whole.get("x_mask").to(ScalarType.Bool).view(2, 5, 1, 1, 1))
            : Optional.empty();
    Told told = new Told(golden.get("now"), noisy.map(any -> golden.get("clean")), noisy);
    Tensor mask = whole.get("mask").to(ScalarType.Bool);
    return block.forward(golden.get("x"), golden.get("caption"), mask, told);
  }
}
