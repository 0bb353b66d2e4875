package kinetone.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;

class BootstrapTest {
  private static ToDoubleFunction<int[]> mean(double... values) {
    return drawn -> Arrays.stream(drawn).mapToDouble(i -> values[i]).average().orElseThrow();
  }

  @Test
  void the_interval_of_a_mean_is_as_wide_as_its_standard_error_says() {
    double[] values = new SplittableRandom(3).doubles(400).toArray();
    Bootstrap.Interval interval = Bootstrap.STANDARD.interval(400, mean(values));
    double mean = Arrays.stream(values).average().orElseThrow();
    double variance = Arrays.stream(values).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    double error = 1.96 * Math.sqrt(variance / 400);
    assertThat(interval.value()).isCloseTo(mean, within(1e-12));
    assertThat(interval.low()).isCloseTo(mean - error, within(0.1 * error));
    assertThat(interval.high()).isCloseTo(mean + error, within(0.1 * error));
  }

  @Test
  void ends_are_the_quantiles_of_the_draws() {
    // With two scenes of 0 and 1 the mean of a draw is 0, 1/2 or 1: a quarter, a half, a quarter.
    assertThat(new Bootstrap(4000, 0.4, 1).interval(2, mean(0, 1)))
        .isEqualTo(new Bootstrap.Interval(0.5, 0.5, 0.5));
    assertThat(new Bootstrap(4000, 0.6, 1).interval(2, mean(0, 1)))
        .isEqualTo(new Bootstrap.Interval(0.5, 0, 1));
  }

  @Test
  void the_same_seed_gives_the_same_interval_and_another_another() {
    double[] values = new SplittableRandom(4).doubles(20).toArray();
    Bootstrap.Interval first = new Bootstrap(200, 0.95, 1).interval(20, mean(values));
    assertThat(new Bootstrap(200, 0.95, 1).interval(20, mean(values))).isEqualTo(first);
    assertThat(new Bootstrap(200, 0.95, 2).interval(20, mean(values))).isNotEqualTo(first);
  }

  @Test
  void scenes_that_are_alike_leave_no_doubt() {
    assertThat(Bootstrap.STANDARD.interval(5, mean(2, 2, 2, 2, 2)))
        .isEqualTo(new Bootstrap.Interval(2, 2, 2));
  }

  @Test
  void a_figure_that_draws_may_not_have_gets_no_interval() {
    Bootstrap.Interval interval =
        Bootstrap.STANDARD.interval(3, drawn -> drawn[0] == 2 ? Double.NaN : 1);
    assertThat(interval).isEqualTo(new Bootstrap.Interval(1, Double.NaN, Double.NaN));
  }

  @Test
  void impossible_settings_are_refused() {
    assertThatThrownBy(() -> new Bootstrap(0, 0.95, 1)).isInstanceOf(KinetoneException.class);
    assertThatThrownBy(() -> new Bootstrap(10, 1, 1)).isInstanceOf(KinetoneException.class);
    assertThatThrownBy(() -> Bootstrap.STANDARD.interval(0, mean()))
        .isInstanceOf(KinetoneException.class);
  }

  @Test
  void an_interval_that_is_centred_holds_a_figure_that_draws_bias() {
    double[] values = new SplittableRandom(5).doubles(20).toArray();
    // The largest value: a draw without it can only be smaller.
    ToDoubleFunction<int[]> largest =
        drawn -> Arrays.stream(drawn).mapToDouble(i -> values[i]).max().orElseThrow();
    Bootstrap.Interval plain = Bootstrap.STANDARD.interval(20, largest);
    Bootstrap.Interval centred = Bootstrap.STANDARD.centred(20, largest);
    assertThat(centred.value()).isEqualTo(plain.value()).isEqualTo(plain.high());
    assertThat(centred.high()).isGreaterThan(centred.value());
    assertThat(centred.high() - centred.low()).isCloseTo(plain.high() - plain.low(), within(1e-12));
    // Where nothing is biased hardly anything moves.
    assertThat(Bootstrap.STANDARD.centred(20, mean(values)).low())
        .isCloseTo(Bootstrap.STANDARD.interval(20, mean(values)).low(), within(0.01));
  }
}
