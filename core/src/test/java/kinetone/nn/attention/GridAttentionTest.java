package kinetone.nn.attention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.bytedeco.pytorch.global.torch.equal;

import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;

class GridAttentionTest {
  private static final int ROWS = 5;
  private static final int COLUMNS = 3;

  @Test
  void strips_hold_the_bias_of_every_pair() {
    RelativePositionBias bias = new RelativePositionBias(ROWS, COLUMNS, 2, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor pairs = bias.forward();
      Tensor strips = bias.strips();
      assertThat(equal(allPairs(strips.flip(2)), pairs)).isTrue();
      assertThat(equal(allPairs(strips), pairs)).as("rows not reversed").isFalse();
      assertThat(strips.storage().nbytes())
          .as("no number per pair")
          .isLessThan(pairs.storage().nbytes());
    }
    bias.close();
  }

  /** (columns, heads, rows, N) to (1, heads, N, N). */
  private static Tensor allPairs(Tensor strips) {
    return strips.permute(1, 2, 0, 3).flatten(1, 2).unsqueeze(0);
  }

  @Test
  void attention_without_gradients_equals_attention_with_them() {
    SelfAttention attention = SelfAttention.onGrid(16, 2, ROWS, COLUMNS, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Tensor table =
          StateDict.parameters(attention).get("rel_pos_bias.relative_position_bias_table");
      try (NoGradGuard noGrad = new NoGradGuard()) {
        table.copy_(rng.normal(table.shape()));
      }
      Tensor x = rng.normal(3, ROWS * COLUMNS, 16);
      Tensor gathered = attention.forward(x).detach();
      try (NoGradGuard noGrad = new NoGradGuard()) {
        assertThat(distance(gathered, attention.forward(x))).isLessThan(1e-5f);
        table.copy_(table.flip(0));
        assertThat(distance(gathered, attention.forward(x)))
            .as("distances the other way, read at once")
            .isGreaterThan(1e-2f);
      }
    }
    attention.close();
  }

  @Test
  void it_is_for_float32_without_gradients_on_a_grid_of_more_rows_than_columns() {
    RelativePositionBias tall = new RelativePositionBias(ROWS, COLUMNS, 2, new Rng(1));
    RelativePositionBias wide = new RelativePositionBias(COLUMNS, ROWS, 2, new Rng(1));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(2)) {
      Tensor q = rng.normal(1, 2, ROWS * COLUMNS, 8);
      assertThat(GridAttention.suits(q, tall)).as("gradients wanted").isFalse();
      try (NoGradGuard noGrad = new NoGradGuard()) {
        assertThat(GridAttention.suits(q, tall)).isTrue();
        assertThat(GridAttention.suits(q, wide)).isFalse();
        assertThat(GridAttention.suits(q.to(ScalarType.BFloat16), tall)).isFalse();
      }
    }
    tall.close();
    wide.close();
  }

  private static float distance(Tensor a, Tensor b) {
    return a.sub(b).abs().max().item_float();
  }
}
