package kinetone.diffusion.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.Set;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.junit.jupiter.api.Test;

class TaskMaskTest {
  private static final SegmentMap MAP = Fixtures.MONOLOGUES;

  private static String video(Task task) {
    return print(TaskMask.of(task, MAP).generated(Modality.VIDEO));
  }

  private static String audio(Task task) {
    return print(TaskMask.of(task, MAP).generated(Modality.AUDIO));
  }

  /** G generated, c condition. */
  private static String print(boolean[] generated) {
    StringBuilder text = new StringBuilder();
    for (boolean g : generated) {
      text.append(g ? 'G' : 'c');
    }
    return text.toString();
  }

  @Test
  void segments_hold_6_25_25_25_and_26_audio_latents() {
    int[] counts = new int[5];
    for (int segment : MAP.audioSegments()) {
      counts[segment]++;
    }
    assertThat(counts).containsExactly(6, 25, 25, 25, 26);
    assertThat(MAP.duration()).isEqualTo(2.125);
    assertThat(MAP.end(0)).isEqualTo(0.125);
    assertThat(MAP.end(1)).isEqualTo(0.625);
  }

  @Test
  void other_geometries_have_their_own_segments() {
    // 16 frames at 10 fps, one latent each; 25600 samples at 16 kHz in hops of 320.
    SegmentMap perFrame = SegmentMap.of(16, 1, 1, 10, 80, 0.02);
    int[] counts = new int[16];
    for (int segment : perFrame.audioSegments()) {
      counts[segment]++;
    }
    assertThat(counts).containsOnly(5);
    // 4 frames in every latent, the first included.
    SegmentMap even = SegmentMap.of(4, 4, 4, 8, 100, 0.02);
    assertThat(even.segmentOfAudio(24)).isZero();
    assertThat(even.segmentOfAudio(25)).isEqualTo(1);
    assertThat(even.segmentOfAudio(99)).isEqualTo(3);
  }

  @Test
  void the_tasks_of_the_paper_give_exactly_its_positions() {
    assertThat(video(new Task.Joint())).isEqualTo("GGGGG");
    assertThat(audio(new Task.Joint())).isEqualTo("G".repeat(107));
    assertThat(video(new Task.AudioToVideo())).isEqualTo("GGGGG");
    assertThat(audio(new Task.AudioToVideo())).isEqualTo("c".repeat(107));
    assertThat(video(new Task.VideoToAudio())).isEqualTo("ccccc");
    assertThat(audio(new Task.VideoToAudio())).isEqualTo("G".repeat(107));
    assertThat(video(new Task.Continue(0.625))).isEqualTo("ccGGG");
    assertThat(audio(new Task.Continue(0.625))).isEqualTo("c".repeat(31) + "G".repeat(76));
    assertThat(video(new Task.Continue(0.125))).isEqualTo("cGGGG");
    assertThat(audio(new Task.Continue(0.125))).isEqualTo("c".repeat(6) + "G".repeat(101));
    assertThat(video(new Task.Inpaint(0.125, 1.625))).isEqualTo("cGGGc");
    assertThat(audio(new Task.Inpaint(0.125, 1.625)))
        .isEqualTo("c".repeat(6) + "G".repeat(75) + "c".repeat(26));
  }

  @Test
  void any_modalities_and_segments_can_be_chosen() {
    Task task = new Task.Segments(Set.of(1, 2), Set.of(4));
    assertThat(video(task)).isEqualTo("cGGcc");
    assertThat(audio(task)).isEqualTo("c".repeat(81) + "G".repeat(26));
  }

  @Test
  void a_segment_that_is_given_in_part_is_generated() {
    assertThat(video(new Task.Continue(0.6))).isEqualTo("cGGGG");
    assertThat(video(new Task.Inpaint(0.2, 0.7))).isEqualTo("cGGcc");
  }

  @Test
  void senseless_tasks_are_refused() {
    assertThatThrownBy(() -> TaskMask.of(new Task.Continue(2.125), MAP))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("nothing to generate");
    assertThatThrownBy(() -> TaskMask.of(new Task.Continue(0.1), MAP))
        .hasMessageContaining("0.125 s");
    assertThatThrownBy(() -> TaskMask.of(new Task.Inpaint(0, 3), MAP))
        .hasMessageContaining("no whole segment");
    assertThatThrownBy(() -> new Task.Inpaint(1, 1)).hasMessageContaining("empty");
    assertThatThrownBy(() -> TaskMask.of(new Task.Segments(Set.of(5), Set.of()), MAP))
        .hasMessageContaining("segment 5");
  }

  @Test
  void levels_are_t_where_generated_and_zero_elsewhere() {
    try (TensorScope scope = TensorScope.open()) {
      Latents latents = Fixtures.latents(0, 1);
      NoiseLevels levels = TaskMask.of(new Task.Continue(0.625), MAP).levels(700, latents);
      assertThat(Tensors.toLongs(levels.get(Modality.VIDEO)))
          .containsExactly(0, 0, 700, 700, 700, 0, 0, 700, 700, 700);
      TaskMask mask =
          TaskMask.of(Map.of(Modality.VIDEO, new boolean[] {true, false, true, false, true}));
      Latents video = Latents.of(Map.of(Modality.VIDEO, latents.video()));
      assertThat(Tensors.toFloats(mask.fractionalLevels(1.5, video).get(Modality.VIDEO)))
          .startsWith(1.5f, 0, 1.5f, 0, 1.5f);
    }
  }
}
