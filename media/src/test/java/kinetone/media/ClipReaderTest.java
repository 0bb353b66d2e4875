package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClipReaderTest {
  @TempDir Path folder;

  /**
   * A flash at picture 9 of 8 Hz and a click in the same instant (1.125 s) go through encoding,
   * decoding, a change of both rates, encoding and decoding again. The flash has to be in the same
   * picture. The click may move by less than one sample of the slowest rate on the way: AAC itself
   * keeps the place, and what it adds to a click is symmetric only on average.
   */
  @ParameterizedTest
  @CsvSource({"16000, 48000", "44100, 16000", "48000, 44100", "16000, 16000"})
  void flash_and_click_stay_together(int firstRate, int secondRate) {
    Path first = folder.resolve("first.mp4");
    int centre = (int) Math.round(1.125 * firstRate);
    Clip source =
        Clip.of(
            TestClips.flash(17, 9, 64, 64, 8),
            TestClips.click((int) Math.round(2.125 * firstRate), centre, firstRate));
    ClipWriter.writeMp4(first, source);
    Clip resampled =
        ClipReader.read(
            first,
            ReadOptions.defaults()
                .withFramesPerSecond(24)
                .withSampleRate(secondRate)
                .withSize(48, 32, Fit.CENTRE_CROP));
    assertThat(resampled.video().orElseThrow().frames()).isEqualTo(51);
    assertThat(resampled.audio().orElseThrow().length())
        .isEqualTo((int) Math.round(2.125 * secondRate));
    Path second = folder.resolve("second.mp4");
    ClipWriter.writeMp4(second, resampled);
    Clip back = ClipReader.read(second, ReadOptions.defaults().withFramesPerSecond(8));

    Video pictures = back.video().orElseThrow();
    assertThat(pictures.frames()).isEqualTo(17);
    assertThat(TestClips.brightest(pictures)).isEqualTo(9);
    assertThat(TestClips.brightness(pictures, 9)).isGreaterThan(240);
    assertThat(TestClips.brightness(pictures, 8)).isLessThan(10);
    assertThat(TestClips.brightness(pictures, 10)).isLessThan(10);
    Audio sound = back.audio().orElseThrow();
    double seconds = TestClips.centre(sound.samples()[0], secondRate / 500) / secondRate;
    double source0 = centre / (double) firstRate;
    assertThat(seconds).isCloseTo(source0, within(1.0 / Math.min(firstRate, secondRate)));
  }

  @Test
  void without_a_codec_the_click_stays_on_its_sample_through_a_change_of_rate() {
    Path file = folder.resolve("click.wav");
    ClipWriter.writeWav(file, TestClips.click(44100, 22050, 44100));
    Audio back =
        ClipReader.read(file, ReadOptions.defaults().withSampleRate(16000)).audio().orElseThrow();
    assertThat(back.length()).isEqualTo(16000);
    assertThat(TestClips.centre(back.samples()[0], 40)).isCloseTo(8000, within(0.02));
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "matroska"})
  void variable_frame_rate_is_resampled_by_time(String container) {
    Path constant = folder.resolve("constant.mp4");
    ClipWriter.writeMp4(constant, Clip.of(levels(5)));
    // Shown from 0, 0.1, 0.35, 0.6 and 1.1 to 1.3 s.
    double[] times = {0, 0.1, 0.35, 0.6, 1.1, 1.3};
    Path variable =
        new Remuxer()
            .pictureTimes(k -> times[k])
            .copy(constant, folder.resolve("variable." + container), container);
    Video back =
        ClipReader.read(variable, ReadOptions.defaults().withFramesPerSecond(10))
            .video()
            .orElseThrow();
    int[] expected = {0, 1, 1, 1, 2, 2, 3, 3, 3, 3, 3, 4, 4};
    int[] shown = new int[back.frames()];
    for (int k = 0; k < shown.length; k++) {
      shown[k] = (int) Math.round((TestClips.brightness(back, k) - 20) / 40);
    }
    assertThat(shown).isEqualTo(expected);
  }

  @Test
  void rounded_time_stamps_do_not_shift_pictures() {
    // Matroska rounds to milliseconds: 1/30 s is none of them.
    Path mp4 = folder.resolve("a.mp4");
    ClipWriter.writeMp4(mp4, Clip.of(ramp(45, 30)));
    Path mkv = new Remuxer().copy(mp4, folder.resolve("a.mkv"), "matroska");
    Video direct = ClipReader.read(mp4, ReadOptions.defaults()).video().orElseThrow();
    Video rounded = ClipReader.read(mkv, ReadOptions.defaults()).video().orElseThrow();
    assertThat(rounded.framesPerSecond()).isCloseTo(30, within(0.01));
    assertThat(rounded.frames()).isEqualTo(45);
    assertThat(rounded.rgb()).isEqualTo(direct.rgb());
  }

  @ParameterizedTest
  @ValueSource(ints = {90, 180, 270})
  void rotation_is_applied(int degrees) {
    Path plain = folder.resolve("plain.mp4");
    ClipWriter.writeMp4(plain, Clip.of(corner()));
    Path turned = new Remuxer().rotation(degrees).copy(plain, folder.resolve("turned.mp4"), "mp4");
    assertThat(MediaProbe.probe(turned, Limits.defaults()).video().orElseThrow().rotation())
        .isEqualTo(degrees);
    Video back = ClipReader.read(turned, ReadOptions.defaults()).video().orElseThrow();
    assertThat(back.width()).isEqualTo(degrees == 180 ? 64 : 32);
    assertThat(back.height()).isEqualTo(degrees == 180 ? 32 : 64);
    // The white mark is top left as stored; clockwise turns take it to the right, then down.
    boolean right = degrees == 90 || degrees == 180;
    boolean low = degrees == 180 || degrees == 270;
    assertThat(level(back, 4, 4)).isCloseTo(!right && !low ? 255 : 0, within(12));
    assertThat(level(back, back.width() - 5, 4)).isCloseTo(right && !low ? 255 : 0, within(12));
    assertThat(level(back, 4, back.height() - 5)).isCloseTo(!right && low ? 255 : 0, within(12));
    assertThat(level(back, back.width() - 5, back.height() - 5))
        .isCloseTo(right && low ? 255 : 0, within(12));
  }

  @Test
  void five_channels_and_bass_mix_down_without_clipping() {
    float[][] samples = TestClips.sine(16000, 300, 6, 48000).samples();
    for (float[] channel : samples) {
      System.arraycopy(samples[0], 0, channel, 0, channel.length);
      for (int i = 0; i < channel.length; i++) {
        channel[i] *= 1.9f;
      }
    }
    // All six channels are the same array content at nearly full scale.
    Path file = folder.resolve("surround.wav");
    ClipWriter.writeWav(file, new Audio(samples, 48000));
    assertThat(MediaProbe.probe(file, Limits.defaults()).audio().orElseThrow().channels())
        .isEqualTo(6);
    for (boolean mono : new boolean[] {false, true}) {
      ReadOptions options = mono ? ReadOptions.defaults().withMono() : ReadOptions.defaults();
      Audio back = ClipReader.read(file, options).audio().orElseThrow();
      assertThat(back.channels()).isEqualTo(mono ? 1 : 2);
      assertThat(back.length()).isEqualTo(16000);
      float peak = 0;
      for (float s : back.samples()[0]) {
        peak = Math.max(peak, Math.abs(s));
      }
      assertThat(peak).isBetween(0.8f, 1.0f);
    }
    Path aac = folder.resolve("surround.mp4");
    ClipWriter.writeMp4(aac, Clip.of(new Audio(samples, 48000)));
    assertThat(ClipReader.read(aac, ReadOptions.defaults()).audio().orElseThrow().channels())
        .isEqualTo(2);
  }

  @Test
  void stereo_to_mono_is_the_mean() {
    Path file = folder.resolve("stereo.wav");
    Audio stereo = TestClips.sine(8000, 250, 2, 16000);
    ClipWriter.writeWav(file, stereo);
    Audio mono = ClipReader.read(file, ReadOptions.defaults().withMono()).audio().orElseThrow();
    float[] mean = stereo.toMono().samples()[0];
    for (int i = 0; i < mean.length; i++) {
      assertThat(mono.samples()[0][i]).isCloseTo(mean[i], within(1e-4f));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"mp4", "matroska"})
  void sound_that_starts_later_is_preceded_by_silence(String container) {
    Path plain = folder.resolve("plain.mp4");
    ClipWriter.writeMp4(
        plain, Clip.of(TestClips.flash(16, 4, 32, 32, 8), TestClips.click(16000, 4000, 16000)));
    Path late =
        new Remuxer().delays(0, 0.5).copy(plain, folder.resolve("late." + container), container);
    Clip back = ClipReader.read(late, ReadOptions.defaults());
    Audio sound = back.audio().orElseThrow();
    // Millisecond time stamps leave half a millisecond of doubt.
    double tolerance = container.equals("mp4") ? 1 : 9;
    assertThat(TestClips.centre(sound.samples()[0], 30)).isCloseTo(12000, within(tolerance));
    assertThat(sound.length()).isCloseTo(24000, within((int) tolerance + 1024));
    for (int i = 0; i < 6000; i++) {
      assertThat(sound.samples()[0][i]).isZero();
    }
    assertThat(TestClips.brightest(back.video().orElseThrow())).isEqualTo(4);
  }

  @Test
  void pictures_that_start_later_are_preceded_by_their_first_picture() {
    Path plain = folder.resolve("plain.mp4");
    ClipWriter.writeMp4(
        plain, Clip.of(TestClips.flash(16, 0, 32, 32, 8), TestClips.click(32000, 16000, 16000)));
    Path late = new Remuxer().delays(0.25, 0).copy(plain, folder.resolve("late.mp4"), "mp4");
    Clip back = ClipReader.read(late, ReadOptions.defaults());
    Video pictures = back.video().orElseThrow();
    assertThat(pictures.frames()).isEqualTo(18);
    assertThat(TestClips.brightness(pictures, 2)).isGreaterThan(240);
    assertThat(TestClips.brightness(pictures, 3)).isLessThan(10);
    assertThat(TestClips.centre(back.audio().orElseThrow().samples()[0], 30))
        .isCloseTo(16000, within(1.0));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.5, 6.5})
  void an_interval_is_cut_out_exactly(double start) {
    Path file = folder.resolve("long.mp4");
    int flash = (int) Math.round((start + 0.5) * 8);
    ClipWriter.writeMp4(
        file,
        Clip.of(
            TestClips.flash(64, flash, 32, 32, 8),
            TestClips.click(8 * 16000, (int) ((start + 0.5) * 16000), 16000)));
    Clip back = ClipReader.read(file, ReadOptions.defaults().withInterval(start, 1.25));
    assertThat(back.video().orElseThrow().frames()).isEqualTo(10);
    assertThat(back.audio().orElseThrow().length()).isEqualTo(20000);
    assertThat(TestClips.brightest(back.video().orElseThrow())).isEqualTo(4);
    assertThat(TestClips.centre(back.audio().orElseThrow().samples()[0], 30))
        .isCloseTo(8000, within(1.0));
  }

  @Test
  void fit_crops_pads_or_stretches() {
    Path file = folder.resolve("wide.png");
    byte[] rgb = new byte[64 * 32 * 3];
    Arrays.fill(rgb, (byte) 255);
    ClipWriter.writePng(file, rgb, 64, 32);
    for (Fit fit : Fit.values()) {
      Video back =
          ClipReader.read(file, ReadOptions.defaults().withSize(33, 33, fit)).video().orElseThrow();
      assertThat(back.width()).isEqualTo(33);
      assertThat(back.height()).isEqualTo(33);
      assertThat(level(back, 16, 1)).isEqualTo(fit == Fit.PAD ? 0 : 255);
      assertThat(level(back, 16, 16)).isEqualTo(255);
    }
  }

  @Test
  void a_stream_hands_out_the_same_as_a_clip() {
    Path file = folder.resolve("clip.mp4");
    ClipWriter.writeMp4(
        file, Clip.of(TestClips.moving(17, 64, 64, 8), TestClips.sine(34000, 440, 1, 16000)));
    Clip whole = ClipReader.read(file, ReadOptions.defaults());
    long frames = 0;
    long samples = 0;
    try (ClipStream stream = ClipStream.open(file, ReadOptions.defaults())) {
      for (Optional<ClipChunk> c = stream.next(); c.isPresent(); c = stream.next()) {
        if (c.get() instanceof ClipChunk.Frame frame) {
          assertThat(frame.index()).isEqualTo(frames++);
        } else if (c.get() instanceof ClipChunk.Samples sound) {
          assertThat(sound.start()).isEqualTo(samples);
          samples += sound.samples()[0].length;
        }
      }
    }
    assertThat(frames).isEqualTo(whole.video().orElseThrow().frames());
    assertThat(samples).isEqualTo(whole.audio().orElseThrow().length());
  }

  @Test
  void a_real_clip_goes_through() throws URISyntaxException {
    Path file = Path.of(ClipReaderTest.class.getResource("/real/big-buck-bunny.mp4").toURI());
    MediaInfo info = MediaProbe.probe(file, Limits.defaults());
    Clip clip =
        ClipReader.read(
            file,
            ReadOptions.defaults()
                .withFramesPerSecond(8)
                .withSize(64, 64, Fit.CENTRE_CROP)
                .withSampleRate(16000)
                .withMono());
    assertThat(clip.video().orElseThrow().seconds())
        .isCloseTo(info.video().orElseThrow().seconds(), within(0.13));
    assertThat(clip.audio().orElseThrow().seconds())
        .isCloseTo(info.audio().orElseThrow().seconds(), within(0.05));
    assertThat(TestClips.brightness(clip.video().orElseThrow(), 4)).isBetween(20.0, 235.0);
    Path out = folder.resolve("out.mp4");
    ClipWriter.writeMp4(out, clip);
    Clip back = ClipReader.read(out, ReadOptions.defaults());
    assertThat(TestClips.psnr(clip.video().orElseThrow().rgb(), back.video().orElseThrow().rgb()))
        .isGreaterThan(30);
  }

  private static int level(Video video, int x, int y) {
    return video.rgb()[(y * video.width() + x) * 3] & 0xff;
  }

  /** Picture k has the grey level 20 + 40 k. */
  private static Video levels(int frames) {
    return grey(frames, 10, 20, 40);
  }

  private static Video ramp(int frames, double rate) {
    return grey(frames, rate, 10, 5);
  }

  private static Video grey(int frames, double rate, int base, int step) {
    int size = 32 * 32 * 3;
    byte[] rgb = new byte[frames * size];
    for (int k = 0; k < frames; k++) {
      Arrays.fill(rgb, k * size, (k + 1) * size, (byte) (base + step * k));
    }
    return new Video(rgb, frames, 32, 32, rate);
  }

  /** A white square top left. */
  private static Video corner() {
    byte[] rgb = new byte[2 * 64 * 32 * 3];
    for (int k = 0; k < 2; k++) {
      for (int y = 0; y < 16; y++) {
        int from = ((k * 32 + y) * 64) * 3;
        Arrays.fill(rgb, from, from + 16 * 3, (byte) 255);
      }
    }
    return new Video(rgb, 2, 64, 32, 8);
  }
}
