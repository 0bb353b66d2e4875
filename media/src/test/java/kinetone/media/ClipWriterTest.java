package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClipWriterTest {
  @TempDir Path folder;

  @Test
  void mp4_keeps_17_frames_at_8_fps_and_34000_samples_at_16_khz() {
    Path file = folder.resolve("clip.mp4");
    Video video = TestClips.moving(17, 64, 64, 8);
    Audio audio = TestClips.sine(34000, 440, 1, 16000);
    ClipWriter.writeMp4(file, Clip.of(video, audio));

    MediaInfo info = MediaProbe.probe(file, Limits.defaults());
    assertThat(info.video().orElseThrow().frames()).isEqualTo(17);
    assertThat(info.video().orElseThrow().framesPerSecond()).isEqualTo(8);
    assertThat(info.video().orElseThrow().codec()).isEqualTo("h264");
    assertThat(info.audio().orElseThrow().codec()).isEqualTo("aac");

    Clip back = ClipReader.read(file, ReadOptions.defaults());
    Video pictures = back.video().orElseThrow();
    assertThat(pictures.frames()).isEqualTo(17);
    assertThat(pictures.framesPerSecond()).isEqualTo(8);
    Audio sound = back.audio().orElseThrow();
    assertThat(sound.sampleRate()).isEqualTo(16000);
    assertThat(sound.channels()).isEqualTo(1);
    assertThat(sound.length()).isEqualTo(34000);
    assertThat(TestClips.psnr(video.rgb(), pictures.rgb())).isGreaterThan(38);
    double error = 0;
    for (int i = 2000; i < 32000; i++) {
      error = Math.max(error, Math.abs(sound.samples()[0][i] - audio.samples()[0][i]));
    }
    assertThat(error).isLessThan(0.02);
  }

  @Test
  void equal_clips_give_equal_bytes() throws IOException {
    Clip clip = Clip.of(TestClips.moving(9, 64, 48, 8), TestClips.sine(18000, 300, 2, 16000));
    ClipWriter.writeMp4(folder.resolve("a.mp4"), clip);
    ClipWriter.writeMp4(folder.resolve("b.mp4"), clip);
    assertThat(folder.resolve("b.mp4")).hasSameBinaryContentAs(folder.resolve("a.mp4"));
    ClipWriter.writeFlac(folder.resolve("a.flac"), clip.audio().orElseThrow());
    ClipWriter.writeFlac(folder.resolve("b.flac"), clip.audio().orElseThrow());
    assertThat(folder.resolve("b.flac")).hasSameBinaryContentAs(folder.resolve("a.flac"));
  }

  @Test
  void the_index_stands_before_the_data() throws IOException {
    Path file = folder.resolve("clip.mp4");
    ClipWriter.writeMp4(file, Clip.of(TestClips.moving(4, 32, 32, 8)));
    String bytes = Files.readString(file, java.nio.charset.StandardCharsets.ISO_8859_1);
    assertThat(bytes.indexOf("moov")).isBetween(1, bytes.indexOf("mdat"));
  }

  @Test
  void wav_and_flac_are_bit_exact_at_16_bit() {
    for (int channels : List.of(1, 2, 6)) {
      Audio audio = TestClips.sixteenBitNoise(10001, channels, 22050);
      Path wav = folder.resolve(channels + ".wav");
      Path flac = folder.resolve(channels + ".flac");
      ClipWriter.writeWav(wav, audio);
      ClipWriter.writeFlac(flac, audio);
      if (channels <= 2) {
        for (Path file : List.of(wav, flac)) {
          Audio back = ClipReader.read(file, ReadOptions.defaults()).audio().orElseThrow();
          assertThat(back.sampleRate()).isEqualTo(22050);
          assertThat(back.samples()).isDeepEqualTo(audio.samples());
        }
      }
    }
  }

  @Test
  void png_is_exact() {
    Video video = TestClips.moving(3, 33, 17, 8);
    Path file = folder.resolve("picture.png");
    ClipWriter.writePng(file, video, 2);
    Video back = ClipReader.read(file, ReadOptions.defaults()).video().orElseThrow();
    assertThat(back.frames()).isEqualTo(1);
    int size = 33 * 17 * 3;
    byte[] picture = java.util.Arrays.copyOfRange(video.rgb(), 2 * size, 3 * size);
    assertThat(back.rgb()).isEqualTo(picture);
  }

  @Test
  void odd_sizes_gain_a_copy_of_the_last_row_and_column() {
    Path file = folder.resolve("odd.mp4");
    Video video = TestClips.moving(5, 65, 49, 8);
    ClipWriter.writeMp4(file, Clip.of(video));
    Video back = ClipReader.read(file, ReadOptions.defaults()).video().orElseThrow();
    assertThat(back.width()).isEqualTo(66);
    assertThat(back.height()).isEqualTo(50);
    int last = (2 * 66 + 65) * 3;
    int before = (2 * 66 + 64) * 3;
    assertThat((double) (back.rgb()[last] & 0xff))
        .isCloseTo(back.rgb()[before] & 0xff, within(12.0));
  }

  @ParameterizedTest
  @ValueSource(ints = {64, 128, 256})
  void pure_noise_can_be_written(int side) {
    byte[] rgb = new byte[9 * side * side * 3];
    new Random(1).nextBytes(rgb);
    Path file = folder.resolve("noise.mp4");
    ClipWriter.writeMp4(file, Clip.of(new Video(rgb, 9, side, side, 8)));
    assertThat(ClipReader.read(file, ReadOptions.defaults()).video().orElseThrow().frames())
        .isEqualTo(9);
  }

  @Test
  void a_clip_may_lack_a_track() {
    ClipWriter.writeMp4(folder.resolve("v.mp4"), Clip.of(TestClips.moving(5, 64, 64, 8)));
    ClipWriter.writeMp4(folder.resolve("a.mp4"), Clip.of(TestClips.sine(5000, 440, 1, 16000)));
    Clip video = ClipReader.read(folder.resolve("v.mp4"), ReadOptions.defaults());
    Clip audio = ClipReader.read(folder.resolve("a.mp4"), ReadOptions.defaults());
    assertThat(video.audio()).isEmpty();
    assertThat(video.video().orElseThrow().frames()).isEqualTo(5);
    assertThat(audio.video()).isEmpty();
    assertThat(audio.audio().orElseThrow().length()).isEqualTo(5000);
  }

  @Test
  void fractional_and_high_frame_rates_survive() {
    for (double rate : new double[] {30000 / 1001.0, 12.5, 60}) {
      Path file = folder.resolve("rate.mp4");
      ClipWriter.writeMp4(file, Clip.of(TestClips.moving(31, 32, 32, rate)));
      Video back = ClipReader.read(file, ReadOptions.defaults()).video().orElseThrow();
      assertThat(back.frames()).isEqualTo(31);
      assertThat(back.framesPerSecond()).isCloseTo(rate, within(1e-9));
    }
  }

  @Test
  void what_the_format_cannot_hold_is_refused_with_a_remedy() {
    Path file = folder.resolve("no.mp4");
    assertThatThrownBy(() -> ClipWriter.writeMp4(file, Clip.of(TestClips.sine(99, 1, 1, 11111))))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("11111 Hz; resample to one of");
    assertThatThrownBy(() -> ClipWriter.writeMp4(file, Clip.of(TestClips.moving(2, 8, 8, 8))))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("at least 16 pixels");
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void a_full_disk_is_an_io_error() {
    Audio audio = TestClips.sine(200_000, 440, 2, 16000);
    assertThatThrownBy(
            () -> {
              try (SoundEncoder encoder = SoundEncoder.flac(16000, 2).of(audio)) {
                ClipWriter.mux(Path.of("/dev/full"), "flac", List.of(encoder));
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessageContaining("No space left");
  }
}
