package kinetone.model.monl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import kinetone.common.KinetoneException;
import kinetone.diffusion.task.SegmentMap;
import kinetone.nn.Gelu;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AvDiTPositionsTest {
  /** 17 frames at 8 per second, 50 sound latents per second: 6, 25, 25, 25 and the rest. */
  private static final SegmentMap PAPER = SegmentMap.of(5, 1, 4, 8, 107, 0.02);

  private static AvDiTConfig config(int audioPatch) {
    return new AvDiTConfig(
        1,
        32,
        2,
        2,
        Gelu.ERF,
        16,
        16,
        false,
        new AvDiTConfig.Video(5, 4, 4, 2, 2),
        new AvDiTConfig.Audio(107, 3, audioPatch));
  }

  /** The sound token whose sinusoids of time are nearest to those of frame {@code n}. */
  private static int nearestSound(Tensor table, AvDiTConfig config, int n) {
    Tensor time = table.narrow(1, 0, config.width() / 2);
    int perFrame = config.video().tokensPerFrame();
    Tensor sounds =
        time.narrow(0, (long) config.video().frames() * perFrame, config.audio().tokens());
    Tensor frame = time.narrow(0, (long) n * perFrame, 1);
    return (int) sounds.sub(frame).square().sum(1).argmin().item_long();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void every_frame_starts_nearest_to_a_sound_of_its_own_segment(int audioPatch) {
    AvDiTConfig config = config(audioPatch);
    try (TensorScope scope = TensorScope.open()) {
      Tensor table = AvDiTPositions.of(config, PAPER);
      for (int n = 0; n < 5; n++) {
        int latent = nearestSound(table, config, n) * audioPatch;
        assertThat(PAPER.segmentOfAudio(latent)).as("frame %d", n).isEqualTo(n);
      }
    }
  }

  @Test
  void frames_stand_in_the_middles_of_their_segments() {
    try (TensorScope scope = TensorScope.open()) {
      // Segments of 6.25, 25, ... sound latents; sound token j has its middle at j.
      assertThat(Tensors.toFloats(AvDiTPositions.middles(config(1), PAPER)))
          .containsExactly(new float[] {2.625f, 18.25f, 43.25f, 68.25f, 93.25f}, within(1e-4f));
      assertThat(Tensors.toFloats(AvDiTPositions.middles(config(2), PAPER)))
          .containsExactly(new float[] {1.0625f, 8.875f, 21.375f, 33.875f, 46.375f}, within(1e-4f));
    }
  }

  @Test
  void latents_of_any_boundaries_have_their_own_positions() {
    SegmentMap equal = SegmentMap.of(5, 4, 4, 8, 107, 20.0 / 8 / 107);
    try (TensorScope scope = TensorScope.open()) {
      assertThat(Tensors.toFloats(AvDiTPositions.middles(config(1), equal)))
          .containsExactly(new float[] {10.2f, 31.6f, 53f, 74.4f, 95.8f}, within(1e-4f));
    }
  }

  @Test
  void a_network_without_clips_takes_the_papers_segments() {
    AvDiTConfig config = config(1);
    try (TensorScope scope = TensorScope.open()) {
      Tensor table = StateDict.of(new AvDiT(config, new Rng(1))).get("pos_embed.weight").get(0);
      for (int n = 0; n < 5; n++) {
        assertThat(PAPER.segmentOfAudio(nearestSound(table, config, n))).isEqualTo(n);
      }
    }
  }

  @Test
  void clips_of_another_length_are_refused() {
    SegmentMap longer = SegmentMap.of(6, 1, 4, 8, 132, 0.02);
    assertThatThrownBy(() -> AvDiTPositions.of(config(1), longer))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("the network is for 5 picture and 107 sound latents, the clips have 6 and 132");
  }
}
