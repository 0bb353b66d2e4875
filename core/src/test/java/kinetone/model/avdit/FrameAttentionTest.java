package kinetone.model.avdit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;
import static org.bytedeco.pytorch.global.torch.allclose;
import static org.bytedeco.pytorch.global.torch.zeros;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import kinetone.model.dit.DiTConfig;
import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

final class FrameAttentionTest {
  private static final int FRAMES = 3;
  private static final DiTConfig BASE = new DiTConfig(1, 32, 2, 2, 8, 4, 3);
  private static final long PLACES = (long) BASE.side() * BASE.side();

  @Test
  void frames_are_seen_at_the_own_place_alone_unless_a_slope_lets_others_count() {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(3)) {
      Tensor x = rng.normal(1, FRAMES * PLACES, BASE.width());
      Tensor moved = x.clone();
      moved.select(1, 2 * PLACES + 1).neg_();
      Tensor positions = FrameAttention.positions(FRAMES, BASE.width());
      FrameAttention plain = network(List.of());
      Tensor before = plain.forward(x, positions);
      Tensor after = plain.forward(moved, positions);
      assertThat(same(before, after, 0)).as("another place").isTrue();
      assertThat(same(before, after, 1)).as("the own place, another frame").isFalse();
      FrameAttention steep = network(List.of(100.0, 100.0));
      assertThat(allclose(steep.forward(x, positions), before, 1e-4, 1e-5, false)).isTrue();
      FrameAttention wide = network(List.of(100.0, 1.0));
      Tensor wideBefore = wide.forward(x, positions);
      assertThat(allclose(wideBefore, before, 1e-4, 1e-5, false)).isFalse();
      assertThat(same(wideBefore, wide.forward(moved, positions), 0)).isFalse();
    }
  }

  private static boolean same(Tensor one, Tensor other, long token) {
    return allclose(one.select(1, token), other.select(1, token), 1e-5, 1e-6, false);
  }

  /** The same weights each time. */
  private static FrameAttention network(List<Double> slopes) {
    Rng rng = new Rng(5);
    FrameAttention network = new FrameAttention(config(slopes), rng);
    Map<String, Tensor> weights = StateDict.of(network);
    weights.values().forEach(weight -> Init.normal(weight, 0.3, rng));
    return network;
  }

  private static AdapterAvDiTConfig config(List<Double> slopes) {
    return new AdapterAvDiTConfig(
        BASE,
        FRAMES,
        new AdapterAvDiTConfig.Audio(6, 4, 2, 2),
        new AdapterAvDiTConfig.TemporalAttention(null, slopes),
        Map.of(),
        Map.of());
  }

  @Test
  void scores_fall_with_the_distance_of_places_whatever_their_frames() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor scores = new PlaceScores(List.of(2.0, 0.5), FRAMES, 4).like(zeros(1));
      float[] ofFirst = Tensors.toFloats(scores.get(0).get(0));
      assertThat(ofFirst).hasSize(FRAMES * 16);
      assertThat(ofFirst[32]).as("its own place").isZero();
      assertThat(ofFirst[17]).as("the next place").isEqualTo(-2);
      assertThat(ofFirst[4]).as("the place below").isEqualTo(-2);
      assertThat(ofFirst[3 + 4 * 3]).as("the far corner").isCloseTo(-8.4853f, offset(1e-3f));
      assertThat(scores.get(1).get(0).get(17).item_float()).isEqualTo(-0.5f);
    }
  }

  @Test
  void slopes_are_one_for_each_head_and_in_range() {
    assertThatThrownBy(() -> config(Collections.nCopies(3, 1.0)))
        .hasMessageContaining("one for each of the 2 heads");
    assertThatThrownBy(() -> config(List.of(1.0, -1.0))).hasMessageContaining("placeSlopes");
  }
}
