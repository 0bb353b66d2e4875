package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class FeaturePositionsTest {
  private static final SmallMdsgen SMALL = SmallMdsgen.UNEVEN;

  @Test
  void frames_of_equal_weight_can_be_told_apart_by_their_positions_only() {
    assertThat(swapped(false, 0.5, 0.5, 0.5)).isLessThan(1e-5f);
    assertThat(swapped(true, 0.5, 0.5, 0.5)).isGreaterThan(1e-2f);
    // What makes the first line say something: the reducer does read the frames.
    assertThat(swapped(false, 0.9, 0.5, 0.1)).isGreaterThan(1e-2f);
  }

  /** What the reducer makes of frames in their order, and with the first and last swapped. */
  private static float swapped(boolean positions, double... weights) {
    MdsgenConfig config = SMALL.config().withFeatures(new MdsgenConfig.Features(3, 5, positions));
    Mdsgen net = new Mdsgen(config, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor reducer = StateDict.parameters(net).get("conv1d_feat.0.weight");
      for (int frame = 0; frame < 3; frame++) {
        reducer.narrow(1, frame, 1).fill_(new Scalar(weights[frame]));
      }
      Tensor frames = rng.normal(2, 3, 5);
      Tensor other = frames.index_select(1, Tensors.of(new long[] {2, 1, 0}, 3));
      return SmallMdsgen.maxAbs(
          net.reduce(frames, Optional.empty(), 2).sub(net.reduce(other, Optional.empty(), 2)));
    } finally {
      net.close();
    }
  }

  @Test
  void positions_of_frames_are_learned() {
    Mdsgen net =
        new SmallMdsgen(SMALL.config().withFeatures(new MdsgenConfig.Features(3, 5, true)))
            .awake(1);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      net.predict(SMALL.latents(2, rng), SMALL.levels(2, rng), SMALL.features(2, rng))
          .noise()
          .audio()
          .square()
          .mean()
          .backward();
      Tensor table = StateDict.parameters(net).get("mlp_feat.pos_embed");
      assertThat(table.shape()).containsExactly(1, 3, 16);
      assertThat(SmallMdsgen.maxAbs(table.grad())).isGreaterThan(0);
    }
    net.close();
  }

  @Test
  void without_the_reducer_the_order_of_frames_is_heard_and_all_numbers_are_counted() {
    MdsgenConfig config = SMALL.config().withFeatures(new MdsgenConfig.Features(3, 5, false, true));
    Mdsgen net = new Mdsgen(config, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Tensor frames = rng.normal(2, 3, 5);
      Tensor other = frames.index_select(1, Tensors.of(new long[] {2, 1, 0}, 3));
      assertThat(
              SmallMdsgen.maxAbs(
                  net.reduce(frames, Optional.empty(), 2)
                      .sub(net.reduce(other, Optional.empty(), 2))))
          .isGreaterThan(1e-2f);
      long numbers =
          StateDict.parameters(net).values().stream().mapToLong(tensor -> tensor.numel()).sum();
      assertThat(config.parameterCount()).isEqualTo(numbers);
      assertThat(StateDict.parameters(net)).doesNotContainKey("conv1d_feat.0.weight");
    } finally {
      net.close();
    }
  }
}
