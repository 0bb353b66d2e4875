package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import kinetone.media.Video;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class SalientHueTest {
  private static final int SIDE = 16;
  private static final int FRAMES = 6;

  /** A square that moves over a wall. */
  private static Video moving(float hue, float wall, int step) {
    byte[] rgb = new byte[FRAMES * SIDE * SIDE * 3];
    for (int f = 0; f < FRAMES; f++) {
      for (int i = 0; i < SIDE * SIDE; i++) {
        int x = i % SIDE - f * step;
        boolean inside = x >= 0 && x < 3 && i / SIDE >= 6 && i / SIDE < 9;
        int colour = inside ? Color.HSBtoRGB(hue, 0.9f, 0.9f) : Color.HSBtoRGB(wall, 0.6f, 0.5f);
        int at = (f * SIDE * SIDE + i) * 3;
        rgb[at] = (byte) (colour >> 16);
        rgb[at + 1] = (byte) (colour >> 8);
        rgb[at + 2] = (byte) colour;
      }
    }
    return new Video(rgb, FRAMES, SIDE, SIDE, 8);
  }

  @Test
  void what_moves_has_its_own_hue_whatever_stands_behind_it() {
    for (float hue = 0.02f; hue < 1; hue += 0.09f) {
      double found = SalientHue.of(moving(hue, hue + 0.4f, 3)).orElseThrow();
      double distance = Math.abs(found - hue);
      assertThat(Math.min(distance, 1 - distance)).isCloseTo(0, Offset.offset(0.02));
    }
  }

  @Test
  void where_nothing_moves_there_is_no_hue() {
    assertThat(SalientHue.of(moving(0.1f, 0.6f, 0))).isEmpty();
  }
}
