package kinetone.model.uniform;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class JointColumnsTest {
  @Test
  void the_papers_latents_make_38_columns_without_a_remainder() {
    UniFormConfig paper = UniFormPresets.of("uniform-xl-2");
    assertThat(paper.columns()).isEqualTo(38);
    assertThat(paper.tokensPerFrame()).isEqualTo(304);
    assertThat(paper.tokens()).isEqualTo(6080);
    assertThat(JointColumns.besidePatches(paper)).isEqualTo(3);
  }

  @Test
  void a_column_of_the_papers_size_is_one_moment_of_sound_from_low_to_high() {
    UniFormConfig paper = UniFormPresets.of("uniform-xl-2");
    try (TensorScope scope = TensorScope.open()) {
      float[] values = new float[100 * 16 * 8];
      for (int i = 0; i < values.length; i++) {
        values[i] = i;
      }
      Tensor audio = Tensors.of(values, 1, 100, 16, 8);
      Tensor joint = join(paper, audio);
      // Frame 7 holds positions 35 to 39; column 2 is 37. Row 9 is the second half of frequency 4.
      Tensor there = joint.get(0).get(7).get(9).get(32 + 2);
      Tensor expected = audio.get(0).get(37).get(4).narrow(0, 4, 4);
      assertThat(Tensors.toFloats(there)).isEqualTo(Tensors.toFloats(expected));
    }
  }

  private static Tensor join(UniFormConfig config, Tensor audio) {
    UniFormConfig.Video v = config.video();
    try (Rng rng = new Rng(1)) {
      Tensor video = rng.normal(1, v.frames(), v.height(), v.width(), v.channels());
      Tensor task = rng.normal(1, v.height(), v.channels());
      return new JointColumns(config).join(video, audio, task);
    }
  }

  @Test
  void what_was_joined_comes_apart_again_bit_for_bit() {
    for (UniFormConfig config :
        List.of(
            UniFormPresets.of("uniform-xl-2"),
            SmallUniForm.CONFIG,
            patches(10),
            patches(8),
            patches(7),
            patches(21))) {
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard();
          Rng rng = new Rng(4)) {
        UniFormConfig.Video v = config.video();
        JointColumns columns = new JointColumns(config);
        Tensor video = rng.normal(2, v.frames(), v.height(), v.width(), v.channels());
        Tensor audio = SmallUniForm.audio(config, 2, rng);
        Tensor task = rng.normal(2, v.height(), v.channels());
        Tensor joint = columns.join(video, audio, task);
        assertThat(joint.shape())
            .containsExactly(2, v.frames(), v.height(), config.columns(), v.channels());
        assertThat(columns.video(joint).equal(video)).isTrue();
        assertThat(columns.audio(joint).equal(audio)).isTrue();
      }
    }
  }

  @Test
  void each_frame_has_the_sound_of_its_own_time_beside_it() {
    UniFormConfig config = SmallUniForm.CONFIG;
    try (TensorScope scope = TensorScope.open()) {
      Tensor audio = Tensors.of(new float[] {1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7}, 1, 7, 2);
      JointColumns columns = new JointColumns(config);
      Tensor zeros = join(config, audio).mul(new org.bytedeco.pytorch.Scalar(0.0));
      Tensor task = zeros.get(0).get(0).narrow(1, 0, 1).squeeze(1).unsqueeze(0);
      Tensor joint = columns.join(columns.video(zeros), audio, task);
      // Slots of 1, 3 and 3 positions.
      for (int frame = 0; frame < 3; frame++) {
        float sum = joint.get(0).get(frame).sum().item_float();
        assertThat(sum).isEqualTo(new float[] {2, 18, 36}[frame]);
      }
    }
  }

  /** Patches of 8 numbers, 2 to a column of patches; beside three frames 1, 3 and 3 positions. */
  private static UniFormConfig patches(int channels) {
    return new UniFormConfig(
        2,
        24,
        2,
        2,
        new UniFormConfig.Video(3, 4, 4, 2),
        new UniFormConfig.Audio(
            7, null, channels, List.of(1, 3, 3), UniFormConfig.Audio.Layout.PATCHES),
        new UniFormConfig.Text(10, 5),
        8,
        0.125,
        null);
  }

  @Test
  void in_patches_each_position_has_its_own_and_first_numbers_share_one() {
    // Ten numbers are a patch of eight and two, of which four positions fill a patch: in every
    // frame three patches of one position and one of three, in two columns of two patches.
    UniFormConfig config = patches(10);
    assertThat(config.columns()).isEqualTo(4 + 4 + 2);
    try (TensorScope scope = TensorScope.open()) {
      float[] values = new float[70];
      for (int i = 0; i < values.length; i++) {
        values[i] = 1 + i;
      }
      Tensor joint = join(config, Tensors.of(values, 1, 7, 10)).get(0);
      // Frame 1 holds positions 1 to 3, which begin with 11, 21 and 31.
      assertThat(patch(joint, 1, 0, 0)).containsExactly(13, 14, 15, 16, 17, 18, 19, 20);
      assertThat(patch(joint, 1, 1, 0)).containsExactly(23, 24, 25, 26, 27, 28, 29, 30);
      assertThat(patch(joint, 1, 0, 1)).containsExactly(33, 34, 35, 36, 37, 38, 39, 40);
      assertThat(patch(joint, 1, 1, 1)).containsExactly(11, 12, 21, 22, 31, 32, 0, 0);
      assertThat(patch(joint, 0, 1, 0)).containsOnly(0);
      assertThat(patch(joint, 0, 1, 1)).containsExactly(1, 2, 0, 0, 0, 0, 0, 0);
    }
  }

  /** A patch of sound, as STDiT3 cuts it. */
  private static float[] patch(Tensor joint, int frame, int row, int column) {
    Tensor rows = joint.get(frame).narrow(0, 2L * row, 2);
    return Tensors.toFloats(rows.narrow(1, 4 + 2L * column, 2).flatten());
  }

  @Test
  void the_shipped_latents_fill_as_many_columns_in_patches() {
    UniFormConfig.Video video = new UniFormConfig.Video(5, 8, 8, 8);
    UniFormConfig.Text text = new UniFormConfig.Text(128, 64);
    List<Integer> slots = List.of(7, 25, 25, 25, 25);
    for (UniFormConfig.Audio.Layout layout : UniFormConfig.Audio.Layout.values()) {
      UniFormConfig.Audio audio = new UniFormConfig.Audio(107, null, 40, slots, layout);
      assertThat(
              new UniFormConfig(4, 160, 4, 2, video, audio, text, 8, 0.125, null).tokensPerFrame())
          .isEqualTo(52);
    }
  }
}
