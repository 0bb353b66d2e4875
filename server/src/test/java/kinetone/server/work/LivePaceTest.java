package kinetone.server.work;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LivePaceTest {
  @Test
  void a_window_takes_half_of_the_time_until_the_next() {
    // A tenth of a second for each step, and two tenths for all that is not steps.
    assertThat(LivePace.steps(0.4, 0.8, 2)).isEqualTo(8);
    assertThat(LivePace.steps(0.4, 0.8, 1.5)).isEqualTo(5);
  }

  @Test
  void slow_machines_make_what_can_still_be_heard_and_fast_ones_what_helps() {
    assertThat(LivePace.steps(4, 8, 1.5)).isEqualTo(4);
    assertThat(LivePace.steps(0.01, 0.02, 1.5)).isEqualTo(25);
    // A measurement that something else disturbed.
    assertThat(LivePace.steps(0.5, 0.4, 1.5)).isEqualTo(25);
  }
}
