package kinetone.nn.attention;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.GradMode;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention among all tokens of a grid with a {@link RelativePositionBias}, for inference on the
 * CPU, where gathering the N² biases of every head costs MDSGen a seventh to a fifth of its time.
 * The fused kernel takes a bias with any strides: queries go in by columns of the grid, and the
 * bias of each column is a view of {@link RelativePositionBias#strips}, which stays in cache.
 */
final class GridAttention {
  private GridAttention() {}

  /**
   * Whether this way is open and worth it. Gradients would go through a kernel that writes all
   * weights, once for every column; a column of few rows is too small a product.
   */
  static boolean suits(Tensor q, RelativePositionBias bias) {
    return !GradMode.is_enabled()
        && q.is_cpu()
        && q.scalar_type().intern() == ScalarType.Float
        && bias.rows() >= bias.columns();
  }

  /**
   * softmax(Q Kᵀ / √d + bias) V.
   *
   * @param q queries (B, heads, N, d), tokens in row-major order
   * @param k keys, the same shape
   * @param v values, the same shape
   * @return (B, N, heads · d)
   */
  static Tensor of(Tensor q, Tensor k, Tensor v, RelativePositionBias bias) {
    TensorOptional strips = new TensorOptional(bias.strips());
    TensorVector examples = new TensorVector();
    for (long b = 0; b < q.size(0); b++) {
      examples.push_back(example(q.select(0, b), k.select(0, b), v.select(0, b), strips, bias));
    }
    return examples.size() == 1 ? examples.get(0) : cat(examples, 0);
  }

  private static Tensor example(
      Tensor q, Tensor k, Tensor v, TensorOptional strips, RelativePositionBias bias) {
    long columns = bias.columns();
    Tensor queries =
        q.unflatten(1, bias.rows(), columns) // (heads, rows, columns, d)
            .flip(1)
            .permute(2, 0, 1, 3);
    Tensor mixed = // (columns, heads, rows, d)
        scaled_dot_product_attention(
            queries,
            k.expand(columns, -1, -1, -1),
            v.expand(columns, -1, -1, -1),
            strips,
            0,
            false,
            new DoubleOptional(),
            false);
    return mixed.permute(2, 0, 1, 3).flip(0).reshape(1, q.size(1), -1);
  }
}
