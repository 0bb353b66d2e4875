package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SampleCheckTest {
  private static final int RATE = 16000;
  private static final int LENGTH = 2 * RATE;

  @TempDir Path folder;

  private Path file(int channels, int at, float value) throws IOException {
    Audio audio = TestClips.sine(LENGTH, 440, channels, RATE);
    audio.samples()[channels - 1][at] = value;
    return TestClips.floatWav(folder.resolve("a.wav"), audio);
  }

  @ParameterizedTest
  @ValueSource(
      floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1e38f, -1e10f, 32767})
  void a_sample_that_is_no_sound_is_refused_wherever_it_is(float value) throws IOException {
    for (int at : new int[] {0, 7777, LENGTH - 1}) {
      for (int channels : new int[] {1, 2, 6}) {
        Path wav = file(channels, at, value);
        Path mkv = new Remuxer().copy(wav, folder.resolve("a.mkv"), "matroska");
        ReadOptions plain = ReadOptions.defaults();
        for (Path path : new Path[] {wav, mkv}) {
          refused(path, plain, at);
          refused(path, plain.withSampleRate(RATE).withMono(), at);
          refused(path, plain.withSampleRate(44100), at);
        }
      }
    }
  }

  @Test
  void sound_beyond_full_scale_is_kept_as_it_is() throws IOException {
    Path loud = file(1, 100, 999.5f);
    Audio read = ClipReader.read(loud, ReadOptions.defaults()).audio().orElseThrow();
    assertThat(read.samples()[0][100]).isEqualTo(999.5f);
    assertThat(SampleCheck.require("it", read)).isSameAs(read);
  }

  @Test
  void what_is_not_read_is_not_judged() throws IOException {
    Path path = file(1, LENGTH - 1, Float.NaN);
    ReadOptions first = ReadOptions.defaults().withInterval(0, 1);
    assertThat(ClipReader.read(path, first).audio().orElseThrow().length()).isEqualTo(RATE);
    Path early = file(1, 0, Float.NaN);
    ReadOptions later = ReadOptions.defaults().withStart(1);
    assertThat(ClipReader.read(early, later).audio().orElseThrow().length()).isEqualTo(RATE);
  }

  private static void refused(Path path, ReadOptions options, int at) {
    assertThatThrownBy(() -> ClipReader.read(path, options))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(path + " has a sound sample")
        .hasMessageContaining(String.format("at %.3f s", at / (double) RATE))
        .hasMessageNotContaining("\n");
  }
}
