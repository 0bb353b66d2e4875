package kinetone.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FrameChoiceTest {
  @TempDir Path folder;

  /**
   * The flash is picture {@code flash} of 24 Hz. At 4 Hz picture 2 is number 12 for a player;
   * FFmpeg's fps filter takes number 14, because number 15 lies in the very middle and rounds up.
   */
  @ParameterizedTest
  @CsvSource({
    "AT_OR_BEFORE, 12, 2",
    "AT_OR_BEFORE, 14, -1",
    "NEAREST, 12, -1",
    "NEAREST, 14, 2",
    "NEAREST, 15, -1",
    "NEAREST, 20, 3"
  })
  void one_picture_stands_for_an_instant(FrameChoice choice, int flash, int where) {
    Path file = folder.resolve("flash.mp4");
    ClipWriter.writeMp4(file, Clip.of(TestClips.flash(36, flash, 64, 64, 24)));
    Video read = read(file, choice);
    assertThat(read.frames()).isEqualTo(6);
    for (int k = 0; k < read.frames(); k++) {
      assertThat(TestClips.brightness(read, k) > 200).as("picture %d", k).isEqualTo(k == where);
    }
  }

  /** 31 pictures of 24 Hz last 5.17 units of 4 Hz, 33 last 5.5. */
  @ParameterizedTest
  @CsvSource({"AT_OR_BEFORE, 31, 6", "NEAREST, 31, 5", "AT_OR_BEFORE, 33, 6", "NEAREST, 33, 6"})
  void the_last_picture_stands_as_long_as_its_stamp_rounds_to(
      FrameChoice choice, int pictures, int frames) {
    Path file = folder.resolve("short.mp4");
    ClipWriter.writeMp4(file, Clip.of(TestClips.moving(pictures, 64, 64, 24)));
    assertThat(read(file, choice).frames()).isEqualTo(frames);
  }

  @Test
  void a_stretch_has_as_many_pictures_as_fit_in_either_sense() {
    Path file = folder.resolve("long.mp4");
    ClipWriter.writeMp4(file, Clip.of(TestClips.moving(96, 64, 64, 24)));
    ReadOptions stretch = ReadOptions.defaults().withFramesPerSecond(4).withInterval(0, 2.05);
    assertThat(ClipReader.read(file, stretch).video().orElseThrow().frames()).isEqualTo(9);
    assertThat(
            ClipReader.read(file, stretch.withPictures(64, 64, reading(FrameChoice.NEAREST)))
                .video()
                .orElseThrow()
                .frames())
        .isEqualTo(8);
  }

  private static Video read(Path file, FrameChoice choice) {
    ReadOptions options =
        ReadOptions.defaults().withFramesPerSecond(4).withPictures(64, 64, reading(choice));
    return ClipReader.read(file, options).video().orElseThrow();
  }

  private static PictureReading reading(FrameChoice choice) {
    return new PictureReading(Fit.STRETCH, PictureFilter.BILINEAR, choice);
  }
}
