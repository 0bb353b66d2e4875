package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;

final class OnsetF1Test {
  @Test
  void each_instant_is_used_once() {
    var score = OnsetF1.match(new double[] {1.0}, new double[] {0.95, 1.05}, 0.1);
    assertThat(score).isEqualTo(new OnsetF1(1, 2, 1));
    assertThat(score.precision()).isEqualTo(0.5);
    assertThat(score.recall()).isEqualTo(1);
    assertThat(score.f1()).isCloseTo(2 / 3.0, within(1e-12));
  }

  @Test
  void the_window_is_one_picture_and_includes_its_ends() {
    double[] expected = {0.5, 1.0};
    assertThat(OnsetF1.withinOneFrame(expected, new double[] {0.625, 0.875}, 8).matched())
        .isEqualTo(2);
    assertThat(OnsetF1.withinOneFrame(expected, new double[] {0.63, 0.87}, 8).matched()).isZero();
  }

  @Test
  void no_matching_has_more_pairs() {
    var random = new SplittableRandom(1);
    for (int trial = 0; trial < 2000; trial++) {
      double[] a = random.doubles(random.nextInt(6), 0, 2).toArray();
      double[] b = random.doubles(random.nextInt(6), 0, 2).toArray();
      assertThat(OnsetF1.match(a, b, 0.2).matched()).isEqualTo(most(a, b, 0, 0));
    }
  }

  @Test
  void clips_weigh_by_their_events() {
    var sum = OnsetF1.NONE.plus(new OnsetF1(1, 1, 1)).plus(new OnsetF1(0, 4, 5));
    assertThat(sum).isEqualTo(new OnsetF1(1, 5, 6));
    assertThat(sum.f1()).isCloseTo(2 / 11.0, within(1e-12));
  }

  @Test
  void nothing_expected_and_nothing_found_is_perfect_but_one_side_empty_is_not() {
    assertThat(OnsetF1.NONE.f1()).isEqualTo(1);
    assertThat(new OnsetF1(0, 3, 0).f1()).isZero();
    assertThat(new OnsetF1(0, 0, 3).f1()).isZero();
  }

  @Test
  void impossible_counts_are_refused() {
    assertThatThrownBy(() -> new OnsetF1(2, 1, 5)).isInstanceOf(KinetoneException.class);
  }

  /** The largest number of pairs, by trying all. */
  private static int most(double[] a, double[] b, int i, int used) {
    if (i == a.length) {
      return 0;
    }
    int best = most(a, b, i + 1, used);
    for (int j = 0; j < b.length; j++) {
      if ((used & 1 << j) == 0 && Math.abs(a[i] - b[j]) <= 0.2) {
        best = Math.max(best, 1 + most(a, b, i + 1, used | 1 << j));
      }
    }
    return best;
  }
}
