package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class TensorScopeTest {
  @Test
  void what_a_scope_makes_dies_with_it_and_what_it_keeps_lives_in_the_outer_one() {
    Tensor inside;
    Tensor kept;
    try (TensorScope outer = TensorScope.open()) {
      try (TensorScope inner = TensorScope.open()) {
        inside = Tensors.of(new float[] {1}, 1);
        kept = inner.keep(Tensors.of(new float[] {2}, 1));
      }
      assertThat(inside.isNull()).isTrue();
      assertThat(Tensors.toFloats(kept)).containsExactly(2);
    }
    assertThat(kept.isNull()).isTrue();
  }

  @Test
  void without_an_outer_scope_the_caller_owns_what_was_kept() {
    Tensor kept;
    try (TensorScope scope = TensorScope.open()) {
      kept = scope.keep(Tensors.of(new float[] {3}, 1));
    }
    assertThat(Tensors.toFloats(kept)).containsExactly(3);
    TensorScope.release(kept);
    assertThat(kept.isNull()).isTrue();
    TensorScope.release(kept);
    TensorScope.release(null);
  }

  @Test
  void an_exception_frees_what_the_scope_made() {
    Tensor[] inside = new Tensor[1];
    try (TensorScope scope = TensorScope.open()) {
      inside[0] = Tensors.of(new float[] {1}, 1);
      throw new IllegalStateException();
    } catch (IllegalStateException e) {
      assertThat(inside[0].isNull()).isTrue();
    }
  }

  @Test
  void a_carried_value_outlives_the_scopes_of_a_loop_and_old_ones_are_freed_at_once() {
    try (TensorScope warm = TensorScope.open()) {
      Tensors.of(new float[] {0}, 1).add(Tensors.ONE);
    }
    long before = Pointer.totalCount();
    Tensor last;
    try (Carried carried = start()) {
      long during = -1;
      for (int i = 0; i < 50; i++) {
        Tensor old = carried.get();
        try (TensorScope turn = TensorScope.open()) {
          carried.advance(old.add(new Scalar(1f)));
          assertThat(old.isNull()).isTrue();
        }
        if (during < 0) {
          during = Pointer.totalCount();
        }
        assertThat(Pointer.totalCount()).isEqualTo(during);
      }
      last = carried.get();
      try (TensorScope scope = TensorScope.open()) {
        assertThat(Tensors.toFloats(last)).containsExactly(50);
      }
    }
    assertThat(last.isNull()).isTrue();
    assertThat(Pointer.totalCount()).isEqualTo(before);
  }

  @Test
  void turns_and_the_making_of_the_first_value_leave_nothing_else_behind() {
    Tensor[] aside = new Tensor[2];
    try (TensorScope scope = TensorScope.open();
        Carried carried = Carried.of(() -> remembered(aside, 0, two()).add(Tensors.ONE))) {
      Tensor first = carried.get();
      assertThat(aside[0].isNull()).isTrue();
      carried.advance(x -> remembered(aside, 1, x.mul(two())).add(Tensors.ONE));
      assertThat(aside[1].isNull()).isTrue();
      assertThat(first.isNull()).isTrue();
      assertThat(Tensors.toFloats(scope.keep(carried.get()))).containsExactly(7);
    }
  }

  private static Tensor remembered(Tensor[] aside, int place, Tensor tensor) {
    aside[place] = tensor;
    return tensor;
  }

  private static Tensor two() {
    return Tensors.of(new float[] {2}, 1);
  }

  @Test
  void advancing_to_the_same_value_keeps_it() {
    try (Carried carried = start()) {
      carried.advance(carried.get());
      assertThat(carried.get().isNull()).isFalse();
    }
  }

  private static Carried start() {
    try (TensorScope scope = TensorScope.open()) {
      return Carried.of(Tensors.of(new float[] {0}, 1));
    }
  }
}
