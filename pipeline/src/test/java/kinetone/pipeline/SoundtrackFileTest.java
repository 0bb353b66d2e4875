package kinetone.pipeline;

import static kinetone.pipeline.OptionTest.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SoundtrackFileTest {
  private static final double SECONDS = 2.4;

  @TempDir static Path shared;
  @TempDir Path folder;
  private static Pipeline monl;
  private static Path camera;

  @BeforeAll
  static void load() {
    monl = Kinetone.load(TinyModel.write(shared.resolve("monl")), Kinetone.Options.CPU);
    camera = TinyClips.camera(shared.resolve("camera.mp4"), SECONDS);
  }

  @AfterAll
  static void close() {
    monl.close();
  }

  private static GenerateRequest request(double start, OptionalDouble seconds) {
    return GenerateRequest.of(new Task.VideoToAudio())
        .video(new MediaInput.File(camera, start, seconds))
        .build();
  }

  private static SoundtrackFile make(Pipeline model, GenerateRequest request, Path out) {
    return model.soundtrack(request, out, SoundtrackListener.NONE, new Cancellation());
  }

  private static Clip read(Path file) {
    return ClipReader.read(file, ReadOptions.defaults());
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "mov", "mkv"})
  void a_whole_video_keeps_its_pictures_and_gets_its_sound(String ending) {
    Path out = folder.resolve("new/out." + ending);
    SoundtrackFile made = monl.soundtrack(camera, out);
    assertThat(made.file()).isEqualTo(out);
    assertThat(made.start()).isEqualTo(0);
    assertThat(made.result().seed()).isEqualTo(0);
    assertThat(made.result().soundSeconds()).isCloseTo(SECONDS, within(2e-3));
    Clip clip = read(out);
    assertThat(clip.video().orElseThrow().rgb())
        .isEqualTo(read(camera).video().orElseThrow().rgb());
    assertThat(clip.audio().orElseThrow().sampleRate()).isEqualTo(8000);
    assertThat(clip.audio().orElseThrow().channels()).isEqualTo(1);
  }

  @Test
  void sound_alone_is_what_a_sink_gets() {
    for (Path model :
        new Path[] {shared.resolve("monl"), TinyMdsgen.write(folder.resolve("mdsgen"))}) {
      try (Pipeline pipeline = Kinetone.load(model, Kinetone.Options.CPU)) {
        Path out = folder.resolve("out.wav");
        SoundtrackFile made = pipeline.soundtrack(camera, out);
        float[] heard = read(out).audio().orElseThrow().samples()[0];
        float[] sink = Collected.soundtrack(pipeline, request(0, OptionalDouble.empty())).samples();
        assertThat(made.result().samples()).isEqualTo(sink.length);
        // 16 bits.
        assertThat(heard).containsExactly(sink, within(1f / 32_000));
        assertThat(read(out).video()).isEmpty();
      }
    }
  }

  @Test
  void pictures_begin_at_a_key_picture_and_the_sound_with_them() {
    Path video = TinyClips.camera(folder.resolve("long.mp4"), 3.2);
    GenerateRequest request = stretch(video, 2.3, 0.5);
    SoundtrackFile made = make(monl, request, folder.resolve("out.mp4"));
    assertThat(made.start()).as("a key picture every 60").isCloseTo(2, within(1e-3));
    assertThat(made.result().soundSeconds()).isCloseTo(0.8, within(2e-3));
    Video kept = read(folder.resolve("out.mp4")).video().orElseThrow();
    Video before = read(video).video().orElseThrow();
    int size = before.rgb().length / before.frames();
    assertThat(kept.frames()).isEqualTo(24);
    assertThat(kept.rgb()).isEqualTo(Arrays.copyOfRange(before.rgb(), 60 * size, 84 * size));
    // The sound is that of the pictures from there on.
    Collected sink = new Collected();
    monl.soundtrack(
        stretch(video, made.start(), 2.8 - made.start()),
        sink::take,
        SoundtrackListener.NONE,
        new Cancellation());
    Path alone = folder.resolve("alone.wav");
    SoundtrackFile sound = make(monl, stretch(video, 2, 0.8), alone);
    assertThat(sound.result().samples()).isEqualTo(made.result().samples());
    assertThat(read(alone).audio().orElseThrow().samples()[0])
        .containsExactly(sink.samples(), within(1f / 32_000));
    // Alone, it begins where it was asked to.
    SoundtrackFile exact = make(monl, request, alone);
    assertThat(exact.start()).isEqualTo(2.3);
    assertThat(exact.result().soundSeconds()).isCloseTo(0.5, within(2e-3));
  }

  private static GenerateRequest stretch(Path video, double start, double seconds) {
    return GenerateRequest.of(new Task.VideoToAudio())
        .video(new MediaInput.File(video, start, OptionalDouble.of(seconds)))
        .numInferenceSteps(2)
        .build();
  }

  @Test
  void what_cannot_be_made_is_refused_and_leaves_no_file() throws IOException {
    Path out = folder.resolve("out.mp4");
    refused(
        () -> make(monl, GenerateRequest.of(new Task.Joint()).build(), out),
        "a soundtrack is made by task v2a, the request says joint");
    refused(
        () -> make(monl, V2a.fitting().build(), out),
        "the pictures are a clip in memory; give the sound to a sink");
    refused(() -> monl.soundtrack(camera, folder.resolve("out.avi")), "must end in .mp4, .mov");
    refused(() -> monl.soundtrack(folder.resolve("none.mp4"), out), "none.mp4");
    GenerateRequest told =
        GenerateRequest.of(new Task.VideoToAudio()).video(camera).prompt("rain").build();
    for (String name : new String[] {"out.mp4", "out.wav"}) {
      refused(() -> make(monl, told, folder.resolve(name)), "prompt is not an option of monl");
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}
