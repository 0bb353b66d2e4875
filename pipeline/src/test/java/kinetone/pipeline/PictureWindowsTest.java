package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A window is 8 pictures at 4 Hz, 2 s, with 2.04 s of sound; picture k is filled with k. */
class PictureWindowsTest {
  private static final WindowGrid GRID =
      WindowGrid.overlapping(new ClipFormat(2, 2, 8, 4, 2040, 1000));

  @ParameterizedTest
  @CsvSource({"8, 2.0, 1", "9, 2.04, 1", "9, 2.05, 2", "8, 2.03, 1", "20, 5.04, 3", "21, 5.05, 4"})
  void one_window_reaches_as_far_as_its_sound(int pictures, double seconds, int expected) {
    try (PictureWindows windows = new PictureWindows(GRID, 3, frames(pictures, seconds))) {
      int count = 0;
      while (windows.advance()) {
        count++;
      }
      assertThat(count).isEqualTo(expected);
      assertThat(windows.expected()).isEqualTo(expected);
    }
  }

  @Test
  void pictures_that_follow_are_handed_out_as_far_as_there_are_any() {
    try (PictureWindows windows = new PictureWindows(GRID, 3, frames(16, 4))) {
      windows.advance();
      assertThat(numbers(windows.given().video())).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
      assertThat(numbers(windows.given().context())).containsExactly(8, 9, 10);
      windows.advance();
      assertThat(numbers(windows.given().video())).containsExactly(6, 7, 8, 9, 10, 11, 12, 13);
      assertThat(numbers(windows.given().context())).containsExactly(14, 15);
      windows.advance();
      assertThat(windows.last()).isTrue();
      assertThat(numbers(windows.given().video())).containsExactly(12, 13, 14, 15, 15, 15, 15, 15);
      assertThat(windows.given().context()).isEmpty();
    }
  }

  @Test
  void models_that_look_no_further_get_no_more() {
    try (PictureWindows windows = new PictureWindows(GRID, 0, frames(16, 4))) {
      windows.advance();
      assertThat(windows.given().context()).isEmpty();
    }
  }

  private static int[] numbers(Optional<Video> video) {
    Video pictures = video.orElseThrow();
    int[] numbers = new int[pictures.frames()];
    for (int k = 0; k < numbers.length; k++) {
      numbers[k] = pictures.rgb()[12 * k];
    }
    return numbers;
  }

  private static PictureWindows.Frames frames(int count, double seconds) {
    return new PictureWindows.Frames() {
      private int next;

      @Override
      public Optional<byte[]> next() {
        if (next == count) {
          return Optional.empty();
        }
        byte[] picture = new byte[12];
        java.util.Arrays.fill(picture, (byte) next++);
        return Optional.of(picture);
      }

      @Override
      public double seconds() {
        return seconds;
      }

      @Override
      public double expectedSeconds() {
        return seconds;
      }

      @Override
      public void close() {}
    };
  }
}
