package kinetone.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.IntStream;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.Test;

class ClipStripsTest {
  private static final Clip CLIP =
      new SceneGenerator(ClipFormat.of(32, 32, 8, 8, 8000), SceneMix.only(SceneKind.BALL), 1)
          .scene(0)
          .clip();

  private static final int SEEN = 0xD95F02;
  private static final int HEARD = 0x1B7F5C;

  private static ClipStrips.Strip strip(double[] seen, double... heard) {
    return new ClipStrips.Strip("seed 1", CLIP, seen, heard);
  }

  /** The columns that have this colour somewhere. */
  private static int[] columns(BufferedImage sheet, int colour) {
    return IntStream.range(0, sheet.getWidth())
        .filter(
            x ->
                IntStream.range(0, sheet.getHeight())
                    .anyMatch(y -> (sheet.getRGB(x, y) & 0xFFFFFF) == colour))
        .toArray();
  }

  @Test
  void instants_are_marked_on_one_axis_of_time_for_picture_and_sound() {
    BufferedImage sheet = ClipStrips.draw(List.of(strip(new double[] {0.5}, 0.5)));
    assertThat(columns(sheet, SEEN)).hasSize(3).isEqualTo(columns(sheet, HEARD));
    BufferedImage late = ClipStrips.draw(List.of(strip(new double[] {0.5}, 0.75)));
    // A second is eight pictures of 56 pixels.
    assertThat(columns(late, HEARD)[0] - columns(late, SEEN)[0]).isEqualTo(2 * 56);
  }

  @Test
  void every_clip_has_a_row() {
    ClipStrips.Strip one = strip(new double[0]);
    int single = ClipStrips.draw(List.of(one)).getHeight();
    int three = ClipStrips.draw(List.of(one, one, one)).getHeight();
    assertThat(three - single).isGreaterThan(single * 3 / 2);
    assertThat(columns(ClipStrips.draw(List.of(one)), SEEN)).isEmpty();
  }
}
