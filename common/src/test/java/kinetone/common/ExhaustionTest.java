package kinetone.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;

class ExhaustionTest {
  @Test
  void sizes_that_nothing_can_hold_are_told_from_other_faults() {
    int size = -1;
    assertThat(Exhaustion.isCauseOf(catchThrowable(() -> newArray(size)))).isTrue();
    assertThat(Exhaustion.isCauseOf(catchThrowable(() -> Math.multiplyExact(1 << 20, 1 << 20))))
        .isTrue();
    assertThat(Exhaustion.isCauseOf(new IllegalStateException(new OutOfMemoryError()))).isTrue();
    assertThat(
            Exhaustion.isCauseOf(
                new RuntimeException("DefaultCPUAllocator: can't allocate memory: you tried")))
        .isTrue();
    assertThat(Exhaustion.isCauseOf(new RuntimeException("std::bad_alloc"))).isTrue();
    assertThat(Exhaustion.isCauseOf(new ArithmeticException("/ by zero"))).isFalse();
    assertThat(Exhaustion.isCauseOf(new IllegalStateException("anything else"))).isFalse();
  }

  private static void newArray(int size) {
    assertThat(new byte[size]).isEmpty();
  }
}
