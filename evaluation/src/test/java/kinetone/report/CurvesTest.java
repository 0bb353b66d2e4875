package kinetone.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CurvesTest {
  private static final int COLOURS = 6;

  @Test
  void lines_are_dashed_where_colours_begin_again() {
    assertThat(Curves.stroke(COLOURS - 1).getDashArray()).isNull();
    assertThat(Curves.stroke(COLOURS).getDashArray()).isNotNull();
  }

  @Test
  void a_seventh_line_has_gaps_and_the_first_has_none() {
    assertThat(gaps(1)).isFalse();
    assertThat(gaps(COLOURS + 1)).isTrue();
  }

  /** Whether the last of {@code count} lines, a level one at the bottom, is not seen throughout. */
  private static boolean gaps(int count) {
    List<Curves.Series> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      double height = i == count - 1 ? 0 : 1;
      lines.add(
          new Curves.Series(
              "line " + i,
              new double[] {0, 50, 100},
              new double[] {height, height, height + 1e-9}));
    }
    BufferedImage picture = new Curves(700, 400, false, "figure").draw(lines);
    int blue = 0xFF0072B2;
    int row =
        IntStream.range(0, picture.getHeight())
            .boxed()
            .max(
                (one, other) ->
                    Long.compare(inRow(picture, one, blue), inRow(picture, other, blue)))
            .orElseThrow();
    long[] columns =
        IntStream.range(0, picture.getWidth())
            .filter(x -> picture.getRGB(x, row) == blue)
            .asLongStream()
            .toArray();
    assertThat(columns.length).isGreaterThan(50);
    return columns[columns.length - 1] - columns[0] + 1 > columns.length * 1.2;
  }

  private static long inRow(BufferedImage picture, int row, int colour) {
    return IntStream.range(0, picture.getWidth())
        .filter(x -> picture.getRGB(x, row) == colour)
        .count();
  }
}
