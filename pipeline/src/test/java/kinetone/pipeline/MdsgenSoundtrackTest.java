package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MdsgenSoundtrackTest {
  /** Windows of 9 pictures every 6: six of them. */
  private static final double SIX_WINDOWS = 36 / 8.0;

  @TempDir static Path shared;
  private static Pipeline model;
  private static Path camera;

  @BeforeAll
  static void load() {
    model = Kinetone.load(TinyMdsgen.write(shared.resolve("model")), Kinetone.Options.CPU);
    camera = TinyClips.camera(shared.resolve("camera.mp4"), SIX_WINDOWS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void a_long_video_gets_its_sound_window_by_window() {
    Collected sound = new Collected();
    List<String> heard = new ArrayList<>();
    SoundtrackResult result =
        model.soundtrack(
            GenerateRequest.of(new Task.VideoToAudio()).video(camera).seed(3).build(),
            sound::take,
            (window, windows, phase, step, steps) ->
                heard.add(window + "/" + windows + " " + phase + " " + step),
            new Cancellation());
    assertThat(result.windows()).isEqualTo(6);
    assertThat(result.samples()).isEqualTo(36_000);
    assertThat(sound.samples()).hasSize(36_000);
    assertThat(result.joins()).hasSize(5).isSorted();
    // In the middle of an overlap of 3 pictures.
    assertThat(result.joins()[0]).isCloseTo(0.75 + 0.1875, within(1e-9));
    assertThat(heard).contains("0/6 encode 1", "0/6 sample 4", "5/6 decode 1");
    assertThat(sound.pieces).hasSize(6).allMatch(piece -> piece.length <= 9000);
    assertThat(sound.pieces.stream().map(Arrays::hashCode)).doesNotHaveDuplicates();
  }

  @Test
  void the_first_window_sounds_as_generated_alone_and_the_same_seed_gives_the_same_bytes() {
    Clip clip = Clip.of(TinyClips.video(SIX_WINDOWS, 16, 16, 8));
    GenerateRequest.Builder request = GenerateRequest.of(new Task.VideoToAudio()).video(clip);
    Collected sound = Collected.soundtrack(model, request.seed(5).build());
    // Up to the second window.
    assertThat(sound.pieces.get(0)).hasSize(6000);
    float[] alone = V2a.sound(model, request.seed(5));
    assertThat(sound.pieces.get(0)).isEqualTo(Arrays.copyOf(alone, 6000));
    assertThat(Arrays.copyOf(sound.pieces.get(1), 3000))
        .as("crossfaded")
        .isNotEqualTo(Arrays.copyOfRange(alone, 6000, 9000));
    assertThat(Collected.soundtrack(model, request.seed(5).build()).samples())
        .isEqualTo(sound.samples());
    assertThat(Collected.soundtrack(model, request.seed(6).build()).samples())
        .isNotEqualTo(sound.samples());
  }

  @Test
  void every_window_has_noise_of_its_own() {
    // The same picture throughout: without streams of their own, windows would repeat.
    byte[] rgb = new byte[36 * 16 * 16 * 3];
    Arrays.fill(rgb, (byte) 90);
    Collected sound =
        Collected.soundtrack(
            model,
            GenerateRequest.of(new Task.VideoToAudio())
                .video(Clip.of(new Video(rgb, 36, 16, 16, 8)))
                .build());
    List<float[]> pieces = sound.pieces.subList(1, 5);
    assertThat(pieces).allMatch(piece -> piece.length == 6000);
    // Beyond the crossfade, where a window is heard alone.
    assertThat(pieces.stream().map(p -> Arrays.hashCode(Arrays.copyOfRange(p, 3000, 6000))))
        .doesNotHaveDuplicates();
  }

  @Test
  void soundtracks_are_refused_what_clips_are() {
    GenerateRequest joint = GenerateRequest.of(new Task.Joint()).build();
    assertThatThrownBy(
            () -> model.soundtrack(joint, piece -> {}, SoundtrackListener.NONE, new Cancellation()))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("v2a");
  }
}
