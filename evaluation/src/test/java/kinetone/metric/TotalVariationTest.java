package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class TotalVariationTest {
  private static double of(double[] first, double... second) {
    return TotalVariation.of(first, second);
  }

  @Test
  void it_is_the_share_that_would_have_to_change() {
    assertThat(of(new double[] {6, 4}, 0.5, 0.5)).isCloseTo(0.1, within(1e-12));
    assertThat(of(new double[] {3, 1}, 6, 2)).isCloseTo(0, within(1e-12));
    assertThat(of(new double[] {5, 0}, 0, 1)).isCloseTo(1, within(1e-12));
  }

  @Test
  void what_are_no_distributions_has_none() {
    assertThat(of(new double[] {0, 0}, 1, 1)).isNaN();
    assertThatThrownBy(() -> of(new double[] {1}, 1, 1)).hasMessageContaining("1 and 2 kinds");
    assertThatThrownBy(() -> of(new double[] {1, -1}, 1, 1)).hasMessageContaining("weight");
  }
}
