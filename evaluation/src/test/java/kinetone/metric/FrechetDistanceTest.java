package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class FrechetDistanceTest {
  /** Whose covariance over n − 1 is exactly diagonal with these variances. */
  private static List<double[]> cross(double[] mean, double... variances) {
    List<double[]> rows = new ArrayList<>();
    int n = 2 * variances.length;
    for (int i = 0; i < variances.length; i++) {
      for (int sign = -1; sign <= 1; sign += 2) {
        double[] row = mean.clone();
        row[i] += sign * Math.sqrt(variances[i] * (n - 1) / 2);
        rows.add(row);
      }
    }
    return rows;
  }

  private static List<double[]> rotated(List<double[]> rows, double angle) {
    double c = Math.cos(angle);
    double s = Math.sin(angle);
    return rows.stream()
        .map(row -> new double[] {c * row[0] - s * row[1], s * row[0] + c * row[1]})
        .toList();
  }

  @Test
  void gaussians_along_the_axes_are_apart_by_their_means_and_deviations() {
    List<double[]> one = cross(new double[] {0, 1, 2}, 4, 1, 9);
    List<double[]> other = cross(new double[] {3, 1, 0}, 1, 16, 9);
    // 3² + 2² between the means, (2 − 1)² + (1 − 4)² + (3 − 3)² between the deviations.
    assertThat(new FrechetDistance(one).of(other)).isCloseTo(13 + 10, within(1e-9));
    assertThat(new FrechetDistance(other).of(one)).isCloseTo(23, within(1e-9));
  }

  @Test
  void covariances_count_and_not_only_variances() {
    List<double[]> long1 = cross(new double[] {0, 0}, 9, 1);
    List<double[]> tilted = rotated(long1, Math.PI / 4);
    // Σ₁ = diag(9, 1), Σ₂ = [[5, 4], [4, 5]]: tr √(Σ₁ Σ₂) = √(tr Σ₁Σ₂ + 2 √det) = √(50 + 18).
    assertThat(new FrechetDistance(long1).of(tilted))
        .isCloseTo(20 - 2 * Math.sqrt(68), within(1e-9));
    // Turning both changes nothing.
    assertThat(new FrechetDistance(rotated(long1, 0.3)).of(rotated(tilted, 0.3)))
        .isCloseTo(20 - 2 * Math.sqrt(68), within(1e-9));
  }

  @Test
  void a_set_is_nowhere_but_where_it_is() {
    SplittableRandom random = new SplittableRandom(1);
    List<double[]> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      // Fewer clips than features: covariances without an inverse.
      rows.add(random.doubles(20).toArray());
    }
    assertThat(new FrechetDistance(rows).of(rows)).isCloseTo(0, within(1e-6));
    List<double[]> moved =
        rows.stream().map(row -> Arrays.stream(row).map(x -> x + 0.5).toArray()).toList();
    assertThat(new FrechetDistance(rows).of(moved)).isCloseTo(20 * 0.25, within(1e-6));
  }

  @Test
  void what_cannot_be_compared_is_refused() {
    List<double[]> one = List.of(new double[2]);
    assertThatThrownBy(() -> new FrechetDistance(one)).hasMessageContaining("at least 2");
    List<double[]> narrow = List.of(new double[2], new double[2]);
    List<double[]> wide = List.of(new double[3], new double[3]);
    assertThatThrownBy(() -> new FrechetDistance(narrow).of(wide))
        .hasMessageContaining("width 2 and 3");
  }

  @Test
  void clips_that_are_all_the_same_have_a_distance_too() {
    List<double[]> same = Collections.nCopies(20, new double[] {1, 2, 3});
    List<double[]> other = Collections.nCopies(9, new double[] {1, 4, 3});
    FrechetDistance distance = new FrechetDistance(same);
    assertThat(distance.of(same)).isCloseTo(0, within(1e-9));
    assertThat(distance.of(other)).isCloseTo(4, within(1e-9));
  }
}
