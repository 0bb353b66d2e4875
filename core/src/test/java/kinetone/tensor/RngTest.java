package kinetone.tensor;

import static kinetone.tensor.Draw.shape;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class RngTest {
  @Test
  void a_seed_gives_the_numbers_of_pytorch() {
    // torch.Generator().manual_seed(0); torch.randn(4, generator=g)
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(0)) {
      assertThat(Tensors.toFloats(rng.normal(4)))
          .containsExactly(
              new float[] {1.5409961f, -0.2934289f, -2.1787894f, 0.56843126f},
              org.assertj.core.data.Offset.offset(1e-6f));
    }
  }

  @Test
  void bytes_that_are_no_state_are_refused_and_change_nothing() {
    try (Rng rng = new Rng(5);
        Rng same = new Rng(5)) {
      byte[] noise = new byte[rng.state().length];
      new java.util.Random(3).nextBytes(noise);
      for (byte[] none : new byte[][] {noise, {}, "garbage".getBytes(StandardCharsets.UTF_8)}) {
        assertThatThrownBy(() -> rng.restore(none)).isInstanceOf(IllegalArgumentException.class);
      }
      assertThat(rng.nextDouble()).isEqualTo(same.nextDouble());
    }
  }

  @Test
  void a_restored_state_goes_on_with_the_same_numbers() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3);
        Rng other = new Rng(99)) {
      // An odd count leaves half of a Box-Muller pair in the state.
      rng.normal(3);
      byte[] state = rng.state();
      List<float[]> first = draw(rng);
      rng.restore(state);
      assertThat(draw(rng)).usingRecursiveComparison().isEqualTo(first);
      other.restore(state);
      assertThat(draw(other)).usingRecursiveComparison().isEqualTo(first);
    }
  }

  @Test
  void what_is_drawn_ahead_changes_no_number_whatever_is_asked_for() {
    List<Draw> asked = List.of(normal(3), uniform(20), new Draw.Integers(-3, 9, shape(7)));
    List<List<Draw>> guesses =
        List.of(
            asked,
            List.of(),
            List.of(normal(3)),
            List.of(normal(3), uniform(21), normal(5)),
            List.of(normal(4)),
            List.of(normal(3), uniform(20), asked.get(2), normal(5)));
    for (List<Draw> guess : guesses) {
      try (TensorScope scope = TensorScope.open();
          Rng plain = new Rng(8);
          Rng ahead = new Rng(8)) {
        for (int i = 0; i < 3; i++) {
          ahead.expect(guess);
          assertThat(values(ahead)).usingRecursiveComparison().isEqualTo(values(plain));
        }
        assertThat(ahead.state()).isEqualTo(plain.state());
      }
    }
  }

  @Test
  void a_state_is_that_of_what_was_asked_for_not_of_what_was_drawn_ahead() {
    try (TensorScope scope = TensorScope.open();
        Rng plain = new Rng(8);
        Rng ahead = new Rng(8)) {
      ahead.expect(List.of(normal(3), uniform(20)));
      assertThat(ahead.normal(3).equal(plain.normal(3))).isTrue();
      assertThat(ahead.state()).isEqualTo(plain.state());
      assertThat(ahead.uniform(20).equal(plain.uniform(20))).isTrue();

      ahead.expect(List.of(normal(3)));
      ahead.restore(plain.state());
      assertThat(ahead.normal(2).equal(plain.normal(2))).isTrue();

      ahead.expect(List.of(normal(3)));
      assertThat(torch.empty(4).normal_(0, 1, ahead.optional()).equal(plain.normal(4))).isTrue();
    }
  }

  @Test
  void what_was_expected_is_ready_and_nothing_else_is() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(8);
        Rng plain = new Rng(8)) {
      DrawAhead ahead = rng.ahead(List.of(normal(3), uniform(20)));
      assertThat(ahead.take(normal(3)))
          .hasValueSatisfying(v -> assertThat(v.equal(plain.normal(3))).isTrue());
      assertThat(ahead.take(normal(20))).isEmpty();
      assertThat(ahead.take(uniform(20))).isEmpty();
      assertThat(rng.state()).isEqualTo(plain.state());
    }
  }

  @Test
  void it_says_what_was_drawn_since_it_was_last_asked() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(8)) {
      rng.normal(2);
      assertThat(rng.expect(List.of())).isEmpty();
      values(rng);
      assertThat(rng.expect(List.of(normal(3))))
          .containsExactly(normal(3), uniform(20), new Draw.Integers(-3, 9, shape(7)));
      rng.normal(3);
      assertThat(rng.expect(List.of())).containsExactly(normal(3));
    }
  }

  private static Draw normal(long... sizes) {
    return new Draw.Normal(shape(sizes));
  }

  private static Draw uniform(long... sizes) {
    return new Draw.Uniform(shape(sizes));
  }

  private static List<float[]> values(Rng rng) {
    return List.of(
        Tensors.toFloats(rng.normal(3)),
        Tensors.toFloats(rng.uniform(20)),
        Tensors.toFloats(rng.integers(-3, 9, 7)));
  }

  private static List<float[]> draw(Rng rng) {
    return List.of(
        Tensors.toFloats(rng.normal(5)),
        Tensors.toFloats(rng.uniform(20)),
        Tensors.toFloats(rng.integers(-3, 9, 7)),
        new float[] {(float) rng.nextDouble()});
  }

  @Test
  void generators_of_different_paths_draw_different_numbers_and_equal_paths_equal_ones() {
    List<long[]> paths = new ArrayList<>(List.of(new long[] {}));
    for (long a = -2; a < 8; a++) {
      paths.add(new long[] {a});
      for (long b = -2; b < 8; b++) {
        paths.add(new long[] {a, b});
      }
    }
    Set<Double> drawn = new HashSet<>();
    for (long seed : new long[] {0, 1, -1}) {
      for (long[] path : paths) {
        try (Rng rng = Rng.of(seed, path);
            Rng again = Rng.of(seed, path)) {
          double value = rng.nextDouble() + 2 * rng.nextDouble() + 4 * rng.nextDouble();
          assertThat(again.nextDouble() + 2 * again.nextDouble() + 4 * again.nextDouble())
              .isEqualTo(value);
          drawn.add(value);
        }
      }
    }
    assertThat(drawn).hasSize(3 * paths.size());
  }

  @Test
  void neighbouring_paths_are_not_correlated() {
    try (TensorScope scope = TensorScope.open()) {
      int n = 4000;
      float[] previous = null;
      for (long item = 0; item < 8; item++) {
        try (Rng rng = Rng.of(7, item)) {
          float[] values = Tensors.toFloats(rng.normal(n));
          if (previous != null) {
            double sum = 0;
            for (int i = 0; i < n; i++) {
              sum += values[i] * (double) previous[i];
            }
            // Five standard errors.
            assertThat(Math.abs(sum / n)).isLessThan(5 / Math.sqrt(n));
          }
          previous = values;
        }
      }
    }
  }

  @Test
  void integers_stay_in_their_range() {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      long[] values = Tensors.toLongs(rng.integers(-2, 3, 1000));
      assertThat(values).containsOnly(-2, -1, 0, 1, 2);
      for (int i = 0; i < 1000; i++) {
        assertThat(rng.nextDouble()).isBetween(0.0, Math.nextDown(1.0));
      }
    }
  }

  @Test
  void a_generator_outlives_the_scope_it_was_made_in() {
    Rng rng;
    try (TensorScope scope = TensorScope.open()) {
      rng = new Rng(4);
    }
    try (TensorScope scope = TensorScope.open();
        Rng same = new Rng(4)) {
      assertThat(Tensors.toFloats(rng.normal(3))).isEqualTo(Tensors.toFloats(same.normal(3)));
    }
    rng.close();
  }
}
