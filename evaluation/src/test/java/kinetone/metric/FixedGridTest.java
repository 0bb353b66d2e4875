package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FixedGridTest {
  @Test
  void onsets_are_in_the_middles_of_equal_parts() {
    assertThat(FixedGrid.onsets(4, 2)).containsExactly(0.25, 0.75, 1.25, 1.75);
    assertThat(FixedGrid.onsets(0, 2)).isEmpty();
  }
}
