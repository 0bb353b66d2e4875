package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.IntBinaryOperator;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;

class SharpnessTest {
  private static Video grey(int width, int height, int frames, IntBinaryOperator level) {
    byte[] rgb = new byte[3 * width * height * frames];
    for (int i = 0; i < rgb.length; i++) {
      int pixel = i / 3 % (width * height);
      rgb[i] = (byte) level.applyAsInt(pixel % width, pixel / width);
    }
    return new Video(rgb, frames, width, height, 8);
  }

  @Test
  void a_checkerboard_has_the_variance_of_its_laplacian() {
    // L = ±4 · 100 everywhere, half of each: 400².
    Video board = grey(10, 10, 2, (x, y) -> (x + y) % 2 * 100);
    assertThat(Sharpness.of(board)).isCloseTo(160_000, within(1e-6));
  }

  @Test
  void neither_brightness_nor_a_slope_is_sharp() {
    assertThat(Sharpness.of(grey(8, 8, 1, (x, y) -> 200))).isCloseTo(0, within(1e-9));
    assertThat(Sharpness.of(grey(8, 8, 1, (x, y) -> 9 * x + 4 * y))).isCloseTo(0, within(1e-9));
  }

  @Test
  void an_edge_is_sharper_than_its_blur() {
    Video edge = grey(16, 16, 1, (x, y) -> x < 8 ? 0 : 200);
    Video blurred = grey(16, 16, 1, (x, y) -> Math.min(200, Math.max(0, 50 * (x - 6))));
    assertThat(Sharpness.of(edge)).isGreaterThan(4 * Sharpness.of(blurred));
    assertThat(Sharpness.of(blurred)).isPositive();
  }

  @Test
  void a_picture_without_inner_pixels_is_not_sharp() {
    assertThat(Sharpness.of(grey(2, 9, 1, (x, y) -> 100 * x))).isZero();
  }
}
