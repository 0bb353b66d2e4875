package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DataOrderTest {
  private static long[] epoch(DataOrder order, long epoch) {
    return LongStream.range(0, order.size())
        .map(i -> order.index(epoch * order.size() + i))
        .toArray();
  }

  @Test
  void every_epoch_visits_every_example_once() {
    for (long size : new long[] {1, 2, 3, 5, 16, 17, 100, 1000, 4097}) {
      for (long epoch = 0; epoch < 3; epoch++) {
        assertThat(LongStream.of(epoch(new DataOrder(size, 11), epoch)).sorted().toArray())
            .isEqualTo(LongStream.range(0, size).toArray());
      }
    }
  }

  @Test
  void seeds_and_epochs_have_orders_of_their_own() {
    DataOrder order = new DataOrder(1000, 1);
    assertThat(epoch(order, 0)).isNotEqualTo(epoch(order, 1));
    assertThat(epoch(order, 0)).isNotEqualTo(epoch(new DataOrder(1000, 2), 0));
    assertThat(epoch(order, 0)).isEqualTo(epoch(new DataOrder(1000, 1), 0));
  }

  @Test
  void examples_land_evenly_over_positions() {
    int[] counts = new int[10];
    for (int epoch = 0; epoch < 5000; epoch++) {
      counts[(int) new DataOrder(10, 3).index(epoch, 0)]++;
    }
    // Chi-square with 9 degrees of freedom; 27.9 is its 0.999 quantile.
    double chi = 0;
    for (int count : counts) {
      chi += Math.pow(count - 500, 2) / 500;
    }
    assertThat(chi).isLessThan(27.9);
  }

  @Test
  void far_positions_are_as_cheap_as_near_ones() {
    assertThat(new DataOrder(3_000_000_000L, 1).index(Long.MAX_VALUE / 2))
        .isBetween(0L, 2_999_999_999L);
  }
}
