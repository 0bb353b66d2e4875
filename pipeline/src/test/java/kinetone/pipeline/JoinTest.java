package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.metric.OnsetDetector;
import org.junit.jupiter.api.Test;

class JoinTest {
  private static final int RATE = 16000;
  private static final ClipFormat FORMAT = new ClipFormat(16, 16, 17, 8, 34_000, RATE);

  /** A tone that goes on from window to window. */
  private static final CrossfadedWindows.Generator TONE =
      (pictures, window, listener, cancellation) -> tone(window * 12 * 2000, 0);

  /** A tone that every window begins anew, with another phase. */
  private static final CrossfadedWindows.Generator BROKEN =
      (pictures, window, listener, cancellation) -> tone(window * 17 * 2000, 2.2 * window);

  @Test
  void a_tone_goes_through_the_joins_without_a_click() {
    float[] sound = run(new WindowGrid(FORMAT, 12), TONE, 10);
    assertThat(sound).hasSize((17 + 9 * 12) * 2000);
    // The tone ends as if cut, which is an onset of its own.
    for (double onset : onsets(sound)) {
      assertThat(onset).isGreaterThan(sound.length / (double) RATE - 0.05);
    }
    assertThat(roughness(sound)).isLessThan(1.5 * roughness(tone(0, 0)));
  }

  @Test
  void different_sounds_are_faded_into_each_other() {
    CrossfadedWindows.Generator noise =
        (pictures, window, listener, cancellation) -> noise(window, 34_000);
    CrossfadedWindows sound = new CrossfadedWindows(new WindowGrid(FORMAT, 12), noise);
    float[] faded = run(sound.grid(), noise, 40);
    // Power at the middle of the overlaps and where only one window sounds.
    double middle = 0;
    double alone = 0;
    for (int w = 1; w < 39; w++) {
      middle += power(faded, (int) (sound.join(w) * RATE), 2000);
      alone += power(faded, (int) (sound.join(w) * RATE) + 12_000, 2000);
    }
    assertThat(middle / alone).isCloseTo(1, within(0.05));
  }

  @Test
  void a_hard_cut_is_found() {
    // Negative control: no overlap, and the tone begins anew.
    WindowGrid apart = new WindowGrid(FORMAT, 17);
    float[] sound = run(apart, BROKEN, 10);
    assertThat(roughness(sound)).isGreaterThan(5 * roughness(tone(0, 0)));
    double[] found = onsets(sound);
    assertThat(found.length).isGreaterThanOrEqualTo(6);
    for (double onset : found) {
      assertThat(Math.abs(onset - Math.round(onset / 2.125) * 2.125)).isLessThan(0.125);
    }
  }

  @Test
  void windows_that_overlap_more_than_twice_are_refused() {
    assertThatThrownBy(() -> new CrossfadedWindows(new WindowGrid(FORMAT, 8), TONE))
        .hasMessageContaining("overlap more than twice");
  }

  private static float[] run(WindowGrid grid, CrossfadedWindows.Generator generator, int windows) {
    int frames = grid.format().frames() + (windows - 1) * grid.hopFrames();
    Video video = new Video(new byte[frames * 16 * 16 * 3], frames, 16, 16, 8);
    List<float[]> pieces = new ArrayList<>();
    SoundtrackResult result =
        SoundtrackRunner.run(
            GenerateRequest.of(new Task.VideoToAudio()).video(Clip.of(video)).build(),
            PictureInput.DEFAULT,
            new CrossfadedWindows(grid, generator),
            piece -> pieces.add(piece[0]),
            SoundtrackListener.NONE,
            new Cancellation());
    assertThat(result.windows()).isEqualTo(windows);
    float[] all = new float[(int) result.samples()];
    int at = 0;
    for (float[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    assertThat(at).isEqualTo(all.length);
    return all;
  }

  private static double[] onsets(float[] samples) {
    return OnsetDetector.standard().onsets(Audio.mono(samples, RATE));
  }

  private static float[] tone(long start, double phase) {
    float[] samples = new float[34_000];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (0.3 * Math.sin(2 * Math.PI * 437 * (start + i) / RATE + phase));
    }
    return samples;
  }

  private static float[] noise(long seed, int length) {
    SplittableRandom random = new SplittableRandom(seed);
    float[] samples = new float[length];
    for (int i = 0; i < length; i++) {
      samples[i] = (float) (0.2 * (random.nextDouble() - 0.5));
    }
    return samples;
  }

  /** The largest second difference: how sharp the sharpest corner is. */
  private static double roughness(float[] x) {
    double largest = 0;
    for (int i = 2; i < x.length; i++) {
      largest = Math.max(largest, Math.abs(x[i] - 2 * x[i - 1] + x[i - 2]));
    }
    return largest;
  }

  private static double power(float[] x, int centre, int reach) {
    float[] part = Arrays.copyOfRange(x, centre - reach, centre + reach);
    double sum = 0;
    for (float value : part) {
      sum += value * (double) value;
    }
    return sum / part.length;
  }
}
