package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipReader;
import kinetone.media.ClipWriter;
import kinetone.media.ReadOptions;
import kinetone.media.SoundtrackWriter;
import kinetone.media.Video;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SoundtrackTest {
  private static final Path FILM = Path.of("../media/src/test/resources/real/big-buck-bunny.mp4");

  /** Windows of 9 pictures every 3: ten of them. */
  private static final double TEN_WINDOWS = 36 / 8.0;

  @TempDir static Path folder;
  private static Pipeline model;
  private static Path camera;

  @BeforeAll
  static void load() {
    model = Kinetone.load(TinyModel.write(folder.resolve("model")), Kinetone.Options.CPU);
    camera = TinyClips.camera(folder.resolve("camera.mp4"), TEN_WINDOWS);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void ten_windows_give_one_sound_as_long_as_the_video() {
    Collected sound = new Collected();
    List<String> heard = new ArrayList<>();
    SoundtrackResult result =
        model.soundtrack(
            v2a(camera, 3),
            sound::take,
            (window, windows, phase, step, steps) ->
                heard.add(window + "/" + windows + " " + phase + " " + step),
            new Cancellation());
    assertThat(result.windows()).isEqualTo(10);
    assertThat(result.samples()).isEqualTo(36_000);
    assertThat(result.sampleRate()).isEqualTo(8000);
    assertThat(sound.samples()).hasSize(36_000);
    assertThat(result.joins()).hasSize(9).isSorted();
    // 20 latents of 150 samples later, 33 of them given.
    assertThat(result.joins()[0]).isCloseTo(53 * 150 / 8000.0, within(1e-9));
    assertThat(result.joins()[8] - result.joins()[7]).isCloseTo(0.375, within(1e-9));
    assertThat(heard).contains("0/10 sample 4", "9/10 sample 0", "9/10 decode 1");
    // No piece is longer than a window.
    assertThat(sound.pieces).hasSize(10).allMatch(piece -> piece.length <= 9000);
    assertThat(digest(3)).isEqualTo(Arrays.hashCode(sound.samples()));
    assertThat(digest(4)).isNotEqualTo(digest(3));
  }

  @Test
  void a_video_no_longer_than_a_window_sounds_as_generated_at_once() {
    for (double seconds : new double[] {0.4, 1.0, 1.1}) {
      Path brief = TinyClips.camera(folder.resolve("brief.mp4"), seconds);
      Collected sound = new Collected();
      SoundtrackResult result =
          model.soundtrack(v2a(brief, 5), sound::take, SoundtrackListener.NONE, new Cancellation());
      float[] whole = model.generate(v2a(brief, 5)).clip().audio().orElseThrow().samples()[0];
      assertThat(result.windows()).isEqualTo(1);
      assertThat(sound.samples()).hasSize((int) Math.round(seconds * 8000));
      assertThat(sound.samples()).isEqualTo(Arrays.copyOf(whole, sound.samples().length));
    }
  }

  @Test
  void pictures_that_come_one_by_one_sound_as_those_of_a_clip_and_no_later_than_their_window() {
    byte[] rgb = new byte[20 * 16 * 16 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) (i * 7 + i / 1000);
    }
    int size = rgb.length / 20;
    int[] come = {0};
    List<Integer> needed = new ArrayList<>();
    Collected live = new Collected();
    model.soundtrack(
        GenerateRequest.of(new Task.VideoToAudio())
            .video(
                new MediaInput.Live(
                    () ->
                        come[0] == 20
                            ? java.util.Optional.empty()
                            : java.util.Optional.of(
                                Arrays.copyOfRange(rgb, size * come[0], size * ++come[0]))))
            .seed(9)
            .build(),
        samples -> {
          needed.add(come[0]);
          live.take(samples);
        },
        SoundtrackListener.NONE,
        new Cancellation());
    Collected whole =
        Collected.soundtrack(
            model,
            GenerateRequest.of(new Task.VideoToAudio())
                .video(Clip.of(new Video(rgb, 20, 16, 16, 8)))
                .seed(9)
                .build());
    assertThat(live.samples()).isEqualTo(whole.samples());
    assertThat(needed).startsWith(9, 12, 15, 18);
    assertThatThrownBy(
            () ->
                model.soundtrack(
                    GenerateRequest.of(new Task.VideoToAudio())
                        .video(new MediaInput.Live(() -> java.util.Optional.of(new byte[5])))
                        .build(),
                    samples -> {},
                    SoundtrackListener.NONE,
                    new Cancellation()))
        .hasMessageContaining("a picture has 5 bytes");
  }

  @Test
  void every_window_has_noise_of_its_own() {
    // The same picture throughout: without streams of their own, windows would repeat.
    byte[] rgb = new byte[36 * 16 * 16 * 3];
    Arrays.fill(rgb, (byte) 90);
    Clip clip = Clip.of(new Video(rgb, 36, 16, 16, 8));
    Collected sound =
        Collected.soundtrack(
            model, GenerateRequest.of(new Task.VideoToAudio()).video(clip).build());
    List<float[]> pieces = sound.pieces.subList(1, 9);
    assertThat(pieces).allMatch(piece -> piece.length == 3000);
    assertThat(pieces.stream().map(Arrays::hashCode)).doesNotHaveDuplicates();
  }

  @Test
  void no_more_than_a_window_and_one_picture_is_read_ahead() {
    ClipFormat format = new ClipFormat(16, 16, 9, 8, 9000, 8000);
    WindowGrid grid = new WindowGrid(format, 6);
    int[] read = {0};
    int all = 9 + 6 * 200;
    PictureWindows.Frames endless =
        new PictureWindows.Frames() {
          @Override
          public java.util.Optional<byte[]> next() {
            return read[0] == all
                ? java.util.Optional.empty()
                : java.util.Optional.of(filled(read[0]++));
          }

          @Override
          public double seconds() {
            return all / 8.0;
          }

          @Override
          public double expectedSeconds() {
            return 0;
          }

          @Override
          public void close() {}
        };
    WindowedSound sound =
        new CrossfadedWindows(
            grid,
            (pictures, window, listener, cancellation) -> {
              assertThat(read[0]).isLessThanOrEqualTo((int) window * 6 + 9 + 1);
              assertThat(pictures.video().orElseThrow().rgb()[0]).isEqualTo((byte) (window * 6));
              return new float[9000];
            });
    long[] samples = {0};
    int[] longest = {0};
    SoundtrackResult result =
        SoundtrackRunner.run(
            new PictureWindows(grid, 0, endless),
            0,
            sound,
            piece -> {
              samples[0] += piece[0].length;
              longest[0] = Math.max(longest[0], piece[0].length);
            },
            SoundtrackListener.NONE,
            new Cancellation());
    assertThat(result.windows()).isEqualTo(201);
    assertThat(samples[0]).isEqualTo(all * 1000L);
    assertThat(longest[0]).isLessThanOrEqualTo(9000);
  }

  @Test
  void a_last_window_that_is_not_full_is_held_and_cut() {
    WindowGrid grid = new WindowGrid(TinyModel.FORMAT, 6);
    List<byte[]> last = new ArrayList<>();
    WindowedSound sound =
        new CrossfadedWindows(
            grid,
            (pictures, window, listener, cancellation) -> {
              last.add(pictures.video().orElseThrow().rgb());
              return new float[9000];
            });
    Collected collected = new Collected();
    // 11 pictures, the last one shown for half of its time.
    Path file = folder.resolve("eleven.mp4");
    ClipWriter.writeMp4(file, Clip.of(TinyClips.video(10.5 / 8, 16, 16, 16)));
    SoundtrackResult result =
        SoundtrackRunner.run(
            v2a(file, 0),
            PictureInput.DEFAULT,
            sound,
            collected::take,
            SoundtrackListener.NONE,
            new Cancellation());
    assertThat(result.windows()).isEqualTo(2);
    assertThat(collected.samples()).hasSize(10_500);
    int size = 16 * 16 * 3;
    byte[] pictures = last.get(1);
    for (int held = 5; held < 9; held++) {
      assertThat(Arrays.copyOfRange(pictures, held * size, (held + 1) * size))
          .isEqualTo(Arrays.copyOfRange(pictures, 4 * size, 5 * size));
    }
    assertThat(Arrays.copyOfRange(pictures, 3 * size, 4 * size))
        .isNotEqualTo(Arrays.copyOfRange(pictures, 4 * size, 5 * size));
  }

  @Test
  void native_memory_does_not_grow_with_the_length() {
    Path brief = TinyClips.camera(folder.resolve("two.mp4"), 1.4);
    GenerateRequest two = v2a(brief, 0);
    model.soundtrack(two, piece -> {}, SoundtrackListener.NONE, new Cancellation());
    long count = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    model.soundtrack(v2a(camera, 0), piece -> {}, SoundtrackListener.NONE, new Cancellation());
    assertThat(Pointer.totalCount()).isEqualTo(count);
    assertThat(Pointer.totalBytes()).isEqualTo(bytes);
  }

  @Test
  void cancelled_between_steps_it_leaves_no_file() throws Exception {
    Path out = folder.resolve("cancelled/out.mp4");
    Cancellation cancellation = new Cancellation();
    assertThatThrownBy(
            () -> {
              try (SoundtrackWriter writer = beside(out, camera)) {
                model.soundtrack(
                    v2a(camera, 0),
                    writer,
                    (window, windows, phase, step, steps) -> {
                      if (window == 2 && phase.equals("sample") && step == 1) {
                        cancellation.cancel();
                      }
                    },
                    cancellation);
                writer.finish();
              }
            })
        .isInstanceOf(CancellationException.class);
    try (var files = Files.list(out.getParent())) {
      assertThat(files).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"mp4, 24", "mp4, 30", "mov, 29.97002997", "mkv, 12.5", "mkv, 60", "mp4, 5"})
  void videos_of_any_rate_keep_their_pictures_and_get_sound(String ending, double rate) {
    Path source = folder.resolve("source.mp4");
    Clip clip = Clip.of(TinyClips.video(1.6, 50, 38, rate), TinyClips.audio(1.6, 2, 44100));
    ClipWriter.writeMp4(source, clip);
    Path out = folder.resolve("any." + ending);
    SoundtrackResult result = write(out, source);
    Clip before = ClipReader.read(source, ReadOptions.defaults());
    Clip after = ClipReader.read(out, ReadOptions.defaults());
    assertThat(after.video().orElseThrow().rgb()).isEqualTo(before.video().orElseThrow().rgb());
    assertThat(after.video().orElseThrow().framesPerSecond()).isCloseTo(rate, within(0.02));
    Audio sound = after.audio().orElseThrow();
    assertThat(sound.sampleRate()).isEqualTo(8000);
    assertThat(sound.seconds()).isCloseTo(clip.video().orElseThrow().seconds(), within(0.13));
    assertThat(result.soundSeconds()).isCloseTo(clip.video().orElseThrow().seconds(), within(2e-3));
  }

  @Test
  void a_real_film_gets_its_sound() {
    Path out = folder.resolve("film.mkv");
    SoundtrackResult result = write(out, FILM);
    assertThat(result.windows()).isGreaterThan(1);
    Video before = ClipReader.read(FILM, ReadOptions.defaults()).video().orElseThrow();
    Video after = ClipReader.read(out, ReadOptions.defaults()).video().orElseThrow();
    assertThat(after.rgb()).isEqualTo(before.rgb());
    assertThat(result.soundSeconds()).isCloseTo(before.seconds(), within(0.05));
  }

  @Test
  void a_stretch_of_a_file_is_taken() {
    Collected sound = new Collected();
    MediaInput.File stretch = new MediaInput.File(camera, 1.25, OptionalDouble.of(2));
    SoundtrackResult result =
        model.soundtrack(
            v2a(camera, 0).withVideo(stretch),
            sound::take,
            SoundtrackListener.NONE,
            new Cancellation());
    assertThat(result.soundSeconds()).isEqualTo(2);
    assertThat(result.windows()).isEqualTo(4);
  }

  @Test
  void only_the_sound_of_videos_is_made() {
    GenerateRequest joint = GenerateRequest.of(new Task.Joint()).build();
    assertThatThrownBy(
            () -> model.soundtrack(joint, piece -> {}, SoundtrackListener.NONE, new Cancellation()))
        .hasMessageContaining("v2a");
    GenerateRequest sound =
        GenerateRequest.of(new Task.VideoToAudio())
            .video(Clip.of(TinyClips.audio(1, 1, 8000)))
            .build();
    assertThatThrownBy(
            () -> model.soundtrack(sound, piece -> {}, SoundtrackListener.NONE, new Cancellation()))
        .hasMessageContaining("no picture");
  }

  private static int digest(long seed) {
    return Arrays.hashCode(Collected.soundtrack(model, v2a(camera, seed)).samples());
  }

  private static SoundtrackResult write(Path out, Path video) {
    try (SoundtrackWriter writer = beside(out, video)) {
      SoundtrackResult result =
          model.soundtrack(v2a(video, 0), writer, SoundtrackListener.NONE, new Cancellation());
      writer.finish();
      return result;
    }
  }

  private static SoundtrackWriter beside(Path out, Path video) {
    return SoundtrackWriter.beside(out, video, 0, OptionalDouble.empty(), 8000, 1);
  }

  private static GenerateRequest v2a(Path video, long seed) {
    return GenerateRequest.of(new Task.VideoToAudio()).video(video).seed(seed).build();
  }

  private static byte[] filled(int value) {
    byte[] rgb = new byte[16 * 16 * 3];
    Arrays.fill(rgb, (byte) value);
    return rgb;
  }
}
