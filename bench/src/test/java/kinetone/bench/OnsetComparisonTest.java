package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OnsetComparisonTest {
  /** Two scenes of 2 s, of which the first is found 80 ms late and the second in time. */
  private static OnsetComparison comparison() {
    OnsetComparison comparison = new OnsetComparison();
    comparison.add(new double[] {0.4, 0.9}, new double[] {0.48, 0.98}, 2);
    comparison.add(new double[] {1.0, 1.9}, new double[] {1.0, 1.9}, 2);
    return comparison;
  }

  @Test
  void a_narrow_window_takes_what_is_late_for_wrong() {
    assertThat(comparison().score("sound", 0.125).f1()).isEqualTo(1);
    Score narrow = comparison().score("sound", 0.05);
    assertThat(narrow.f1()).isEqualTo(0.5);
    assertThat(narrow.withinMilliseconds()).isEqualTo(50);
  }

  @Test
  void intervals_are_over_scenes() {
    Score wide = comparison().score("sound", 0.125);
    assertThat(wide.low()).isEqualTo(1);
    Score narrow = comparison().score("sound", 0.05);
    assertThat(narrow.low()).as("the first scene twice").isZero();
    assertThat(narrow.high()).as("the second scene twice").isEqualTo(1);
  }

  @Test
  void shuffled_compares_with_the_next_scene_and_the_grid_with_the_same() {
    // 0.48, 0.98 against 1.0, 1.9, and 1.0, 1.9 against 0.4, 0.9: one pair each.
    assertThat(comparison().shuffled("sound", 0.125).f1()).isEqualTo(0.5);
    // 0.5 and 1.5 in both scenes: one pair in the first, none in the second.
    assertThat(comparison().grid("sound", 0.125).f1()).isCloseTo(0.25, within(1e-12));
    assertThat(comparison().grid("sound", 0.05).f1()).isZero();
  }
}
