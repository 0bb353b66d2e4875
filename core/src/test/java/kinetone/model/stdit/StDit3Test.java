package kinetone.model.stdit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Optional;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.nn.Golden;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

/** The golden comes from {@code goldens/stdit3.py}: hpcaitech/Open-Sora 1.2. */
class StDit3Test {
  private static final StDit3Config SMALL = new StDit3Config(2, 24, 2, 2, 3, true, 10, 7);

  /** 256 pixels over 512. */
  private static final double SCALE = 0.5;

  @Test
  void the_whole_network_agrees_with_open_sora_and_wrong_ones_do_not() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("stdit3", "stdit3");
      StDit3 net = golden.fill(new StDit3(SMALL, new Rng(1)));
      Tensor x = golden.get("x");
      StDit3.Inputs plain = inputs(golden);
      assertThat(golden.error(net.forward(x, plain), "expected")).isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(net.forward(x, masked(golden)), "expected_masked"))
          .isLessThan(Golden.TOLERANCE);
      assertThat(golden.error(net.forward(x, plain), "expected_masked"))
          .as("clean frames are told nothing")
          .matches(StDit3Test::isWrong);
      assertThat(golden.error(net.forward(x, without(golden)), "expected_without"))
          .isLessThan(Golden.TOLERANCE);

      assertThat(golden.error(net.forward(x, scaled(plain, 1)), "expected"))
          .as("positions of another size")
          .matches(StDit3Test::isWrong);
      Tensor all = golden.get("mask").mul(golden.get("mask")).add(Tensors.ONE);
      assertThat(golden.error(net.forward(x, heard(plain, golden, all)), "expected"))
          .as("padding is heard")
          .matches(StDit3Test::isWrong);
      Tensor backwards = net.forward(x.flip(1), plain).flip(1);
      assertThat(golden.error(backwards, "expected")).as("backwards").matches(StDit3Test::isWrong);

      Map<String, Tensor> weights = StateDict.of(net);
      Tensor norm = weights.get("temporal_blocks.1.attn.q_norm.weight");
      norm.fill_(new org.bytedeco.pytorch.Scalar(1.0));
      assertThat(golden.error(net.forward(x, plain), "expected"))
          .as("a norm forgotten")
          .matches(StDit3Test::isWrong);
      golden.fill(net);
      Tensor table = weights.get("spatial_blocks.0.scale_shift_table");
      table.copy_(table.flip(0));
      assertThat(golden.error(net.forward(x, plain), "expected"))
          .as("shift and gate swapped")
          .matches(StDit3Test::isWrong);
    }
  }

  private static boolean isWrong(double error) {
    return error > 100 * Golden.TOLERANCE;
  }

  private static StDit3.Inputs inputs(Golden golden) {
    return new StDit3.Inputs(
        golden.get("t"),
        golden.get("fps"),
        Optional.empty(),
        Optional.of(new Conditions.Text(golden.get("y"), golden.get("mask").to(ScalarType.Bool))),
        Optional.empty(),
        positions(SCALE));
  }

  private static DeviceConstant positions(double scale) {
    return StDit3.positions(2, 3, SMALL.width(), scale);
  }

  private static StDit3.Inputs masked(Golden golden) {
    StDit3.Inputs in = inputs(golden);
    Tensor noisy = golden.get("x_mask").to(ScalarType.Bool).view(2, 5, 1, 1, 1);
    return new StDit3.Inputs(
        in.timesteps(),
        in.framesPerSecond(),
        Optional.of(noisy),
        in.text(),
        in.keep(),
        in.positions());
  }

  private static StDit3.Inputs without(Golden golden) {
    StDit3.Inputs in = inputs(golden);
    Tensor keep = Tensors.of(new long[] {1, 0}, 2).to(ScalarType.Bool);
    return new StDit3.Inputs(
        in.timesteps(),
        in.framesPerSecond(),
        in.noisy(),
        in.text(),
        Optional.of(keep),
        in.positions());
  }

  private static StDit3.Inputs scaled(StDit3.Inputs in, double scale) {
    return new StDit3.Inputs(
        in.timesteps(), in.framesPerSecond(), in.noisy(), in.text(), in.keep(), positions(scale));
  }

  private static StDit3.Inputs heard(StDit3.Inputs in, Golden golden, Tensor mask) {
    return new StDit3.Inputs(
        in.timesteps(),
        in.framesPerSecond(),
        in.noisy(),
        Optional.of(new Conditions.Text(golden.get("y"), mask.to(ScalarType.Bool))),
        in.keep(),
        in.positions());
  }

  @Test
  void the_published_size_has_as_many_parameters_as_the_public_checkpoint() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = Rng.none()) {
      StDit3 net = new StDit3(StDit3Config.XL_2, rng);
      assertThat(StateDict.parameterCount(net)).isEqualTo(1_207_643_936L);
      assertThat(StateDict.of(net).get("y_embedder.y_embedding").numel()).isEqualTo(1_228_800);
    }
  }

  @Test
  void a_text_longer_than_the_network_knows_is_told_in_a_line() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Golden golden = Golden.read("stdit3", "stdit3");
      StDit3 net = new StDit3(new StDit3Config(1, 24, 2, 2, 3, true, 10, 6), new Rng(1));
      assertThatThrownBy(() -> net.forward(golden.get("x"), inputs(golden)))
          .isInstanceOf(KinetoneException.class)
          .hasMessage("a text of 7 tokens is longer than the 6 of the model");
    }
  }
}
