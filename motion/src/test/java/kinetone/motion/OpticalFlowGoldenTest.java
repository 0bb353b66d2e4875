package kinetone.motion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import kinetone.common.KinetoneException;
import kinetone.media.Video;
import org.junit.jupiter.api.Test;

/** Against TempoTokens' script; the file comes from {@code goldens/av_align.py}. */
class OpticalFlowGoldenTest {
  private static final int FRAMES = 12;
  private static final int HEIGHT = 48;
  private static final int WIDTH = 64;

  private static byte[] pictures() {
    byte[] rgb = new byte[FRAMES * HEIGHT * WIDTH * 3];
    int place = 0;
    for (int t = 0; t < FRAMES; t++) {
      int jumps = (t + 1) / 4;
      double jump = 5.0 * jumps;
      double middle = 24 + 6 * Math.sin(1.1 * t);
      for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
          double across = x - 20 - jump;
          double spot = Math.exp(-(across * across + (y - middle) * (y - middle)) / 60);
          for (int c = 0; c < 3; c++) {
            double stripes = 30 * Math.sin(0.5 * x + c) * Math.cos(0.4 * y);
            rgb[place++] = (byte) (int) (60 + stripes + (140 - 20 * c) * spot);
          }
        }
      }
    }
    return rgb;
  }

  @Test
  void lengths_of_flow_agree_with_tempo_tokens() throws IOException {
    JsonNode golden =
        new ObjectMapper().readTree(getClass().getResourceAsStream("/goldens/flow.json"));
    byte[] rgb = pictures();
    double[] flow = OpticalFlow.lengths(new Video(rgb, FRAMES, WIDTH, HEIGHT, 10));
    assertThat(flow).hasSize(FRAMES);
    for (int i = 0; i < FRAMES; i++) {
      double expected = golden.get("flow").get(i).asDouble();
      assertThat(flow[i]).as("picture %d", i).isCloseTo(expected, within(1e-4 * expected));
    }
    byte[] swapped = rgb.clone();
    for (int i = 0; i < rgb.length; i += 3) {
      swapped[i] = rgb[i + 2];
      swapped[i + 2] = rgb[i];
    }
    double[] other = OpticalFlow.lengths(new Video(swapped, FRAMES, WIDTH, HEIGHT, 10));
    assertThat(Math.abs(other[4] - flow[4]) / flow[4]).as("red for blue").isGreaterThan(1e-3);
  }

  @Test
  void pictures_that_stand_still_have_no_flow_and_one_alone_is_refused() {
    byte[] still = new byte[2 * HEIGHT * WIDTH * 3];
    Arrays.fill(still, (byte) 90);
    assertThat(OpticalFlow.lengths(new Video(still, 2, WIDTH, HEIGHT, 10))).containsExactly(0, 0);
    Video one = new Video(new byte[HEIGHT * WIDTH * 3], 1, WIDTH, HEIGHT, 10);
    assertThatThrownBy(() -> OpticalFlow.lengths(one))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("pictures for optical flow");
  }
}
