package kinetone.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrefetchTest {
  @Test
  void batches_come_in_the_order_they_are_asked_for_from_any_number() {
    List<String> unwanted = new ArrayList<>();
    try (Prefetch<String> batches = new Prefetch<>(n -> "batch " + n, unwanted::add)) {
      for (long n : new long[] {0, 1, 2, 7, 8, 3}) {
        assertThat(batches.get(n)).isEqualTo("batch " + n);
      }
    }
    assertThat(unwanted).containsExactly("batch 3", "batch 9", "batch 4");
  }

  @Test
  void the_next_batch_is_made_while_one_is_worked_on_and_by_another_thread() throws Exception {
    CountDownLatch second = new CountDownLatch(1);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    try (Prefetch<Long> batches =
        new Prefetch<>(
            n -> {
              threads.add(Thread.currentThread());
              if (n == 1) {
                second.countDown();
              }
              return n;
            },
            n -> {})) {
      assertThat(batches.get(0)).isZero();
      assertThat(second.await(1, TimeUnit.MINUTES)).isTrue();
      assertThat(threads).hasSize(1).doesNotContain(Thread.currentThread());
    }
    Thread worker = threads.iterator().next();
    worker.join(TimeUnit.MINUTES.toMillis(1));
    assertThat(worker.isAlive()).as("after closing").isFalse();
  }

  @Test
  void what_loading_throws_is_thrown_by_the_call_that_asks_for_the_batch() {
    List<Long> unwanted = Collections.synchronizedList(new ArrayList<>());
    try (Prefetch<Long> batches =
        new Prefetch<>(
            n -> {
              if (n == 1) {
                throw new IllegalArgumentException("batch 1 is damaged");
              }
              return n;
            },
            unwanted::add)) {
      assertThat(batches.get(0)).isZero();
      assertThatThrownBy(() -> batches.get(1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("batch 1 is damaged");
      assertThat(batches.get(2)).isEqualTo(2);
      assertThat(batches.get(0)).isZero();
    }
    assertThat(unwanted).containsExactly(3L);
  }

  @Test
  void an_interruption_neither_loses_a_batch_nor_is_forgotten() {
    try (Prefetch<Long> batches = new Prefetch<>(n -> n, n -> {})) {
      Thread.currentThread().interrupt();
      assertThat(batches.get(4)).isEqualTo(4);
      assertThat(Thread.interrupted()).isTrue();
    }
  }
}
