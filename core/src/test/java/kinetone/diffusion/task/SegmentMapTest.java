package kinetone.diffusion.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Fixtures;
import kinetone.diffusion.Modality;
import org.junit.jupiter.api.Test;

class SegmentMapTest {
  private static final int GROUPS = 4;
  private static final int FRAMES_PER_GROUP = 17;
  private static final int[] FRAMES = {1, 4, 4, 4, 4};

  /**
   * UniForm's clips: 68 frames at 17 fps, coded in groups of 17 frames to 5 latents each, the first
   * of a group standing for one frame; sound latents of 40 ms.
   */
  private static SegmentMap uniForm() {
    double[] video = new double[GROUPS * FRAMES.length + 1];
    int frame = 0;
    for (int n = 0; n < video.length; n++) {
      video[n] = frame / (double) FRAMES_PER_GROUP;
      frame += FRAMES[n % FRAMES.length];
    }
    return new SegmentMap(video, every(0.04, 100));
  }

  private static double[] every(double seconds, int latents) {
    double[] boundaries = new double[latents + 1];
    Arrays.setAll(boundaries, j -> j * seconds);
    return boundaries;
  }

  private static int[] counts(SegmentMap map) {
    int[] counts = new int[map.videoLatents()];
    for (int segment : map.audioSegments()) {
      counts[segment]++;
    }
    return counts;
  }

  @Test
  void latents_in_groups_have_segments_as_long_as_their_frames() {
    SegmentMap map = uniForm();
    assertThat(map.videoLatents()).isEqualTo(20);
    assertThat(map.audioLatents()).isEqualTo(100);
    assertThat(map.duration()).isEqualTo(4);
    assertThat(map.lengths())
        .containsExactlyInAnyOrderEntriesOf(Map.of(Modality.VIDEO, 20, Modality.AUDIO, 100));
    for (int n = 0; n < 20; n++) {
      assertThat(map.end(n) - map.start(n)).isCloseTo(FRAMES[n % 5] / 17.0, within(1e-12));
    }
    // By hand: of a second, 1/17 s holds the centre 0.02 only; then 0.06 to 0.26, 0.30 to 0.50, ...
    assertThat(counts(map))
        .containsExactly(1, 6, 6, 6, 6, 1, 6, 6, 6, 6, 1, 6, 6, 6, 6, 1, 6, 6, 6, 6);
    assertThat(map.audioSegments()).isSorted();
    assertThat(map.segments(Modality.AUDIO)).isEqualTo(map.audioSegments());
    assertThat(map.segments(Modality.VIDEO)).hasSize(20).startsWith(0, 1, 2).endsWith(18, 19);
  }

  @Test
  void tasks_keep_whole_latents_of_both() {
    TaskMask continued = TaskMask.of(new Task.Continue(1), uniForm());
    assertThat(given(continued, Modality.VIDEO)).isEqualTo(5);
    assertThat(given(continued, Modality.AUDIO)).isEqualTo(25);
    // 17 + 1 + 4 frames.
    TaskMask later = TaskMask.of(new Task.Continue(22.0 / 17), uniForm());
    assertThat(given(later, Modality.VIDEO)).isEqualTo(7);
    assertThat(given(later, Modality.AUDIO)).isEqualTo(32);
    TaskMask nearly = TaskMask.of(new Task.Continue(21.5 / 17), uniForm());
    assertThat(given(nearly, Modality.VIDEO)).isEqualTo(6);
    assertThat(given(nearly, Modality.AUDIO)).isEqualTo(26);
  }

  /** How many latents at the beginning are given. */
  private static int given(TaskMask mask, Modality modality) {
    boolean[] generated = mask.generated(modality);
    int count = 0;
    while (!generated[count]) {
      count++;
    }
    for (int i = count; i < generated.length; i++) {
      assertThat(generated[i]).isTrue();
    }
    return count;
  }

  @Test
  void equal_latents_are_those_of_any_boundaries() {
    double[] video = {0, 0.125, 0.625, 1.125, 1.625, 2.125};
    SegmentMap map = new SegmentMap(video, every(0.02, 107));
    assertThat(map.audioSegments()).isEqualTo(Fixtures.MONOLOGUES.audioSegments());
    for (int n = 0; n <= 5; n++) {
      assertThat(map.start(n)).isEqualTo(Fixtures.MONOLOGUES.start(n));
    }
  }

  @Test
  void sound_of_any_boundaries_goes_by_its_centres() {
    // Centres 0.1, 0.5, 1.0, 1.6: one on a boundary belongs to what begins there.
    SegmentMap map =
        new SegmentMap(new double[] {0, 0.3, 1, 1.5}, new double[] {0, 0.2, 0.8, 1.2, 2});
    assertThat(map.audioSegments()).containsExactly(0, 1, 2, 2);
  }

  @Test
  void sound_past_the_picture_belongs_to_its_last_segment() {
    SegmentMap map = new SegmentMap(new double[] {0, 1, 2}, every(0.5, 8));
    assertThat(counts(map)).containsExactly(2, 6);
  }

  @Test
  void a_map_does_not_change_with_the_arrays_it_was_made_of() {
    double[] video = {0, 1, 2};
    double[] audio = {0, 1, 2};
    SegmentMap map = new SegmentMap(video, audio);
    video[1] = 1.9;
    audio[1] = 0.1;
    assertThat(map.end(0)).isEqualTo(1);
    assertThat(map.audioSegments()).containsExactly(0, 1);
  }

  @Test
  void boundaries_that_do_not_rise_are_refused() {
    double[] good = {0, 1};
    refused(new double[] {0, 1, 1}, good, "video latent 1 ends at 1.0 s, before it begins");
    refused(good, new double[] {0, 2, 1}, "audio latent 1 ends at 1.0 s, before it begins");
    refused(good, new double[] {0, Double.NaN}, "audio latent 0 ends at NaN s");
    refused(new double[] {0}, good, "there are no video latents");
    refused(good, new double[0], "there are no audio latents");
  }

  private static void refused(double[] video, double[] audio, String message) {
    assertThatThrownBy(() -> new SegmentMap(video, audio))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }
}
