package kinetone.nn.attention;

import static org.bytedeco.pytorch.global.torch.embedding;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A learned number per head and per distance on a grid of tokens, added to the attention scores
 * (Bao et al. 2022, BEiT). The pair i, j reads row (Δrow + rows − 1)(2 columns − 1) + Δcolumn +
 * columns − 1 of the table, Δ = position of i minus position of j; the last three rows of the table
 * are BEiT's distances to a class token and unused here. Names and shapes are those of public
 * checkpoints: {@code relative_position_bias_table} and the buffer {@code relative_position_index}.
 */
public final class RelativePositionBias extends Module {
  private static final double DEVIATION = 0.02;
  private static final int UNUSED = 3;

  private final int rows;
  private final int columns;
  private final Tensor table;
  private final Tensor index;

  /** For tokens in row-major order, N(0, 0.02²). */
  public RelativePositionBias(int rows, int columns, int heads, Rng rng) {
    super("RelativePositionBias");
    this.rows = rows;
    this.columns = columns;
    table = Init.weight(rng, distances(rows, columns), heads);
    Init.normal(table, DEVIATION, rng);
    register_parameter("relative_position_bias_table", table);
    long tokens = (long) rows * columns;
    rng.claim(tokens, tokens);
    index = index(rows, columns);
    register_buffer("relative_position_index", index);
  }

  /** Rows of the table. */
  public static int distances(int rows, int columns) {
    return (2 * rows - 1) * (2 * columns - 1) + UNUSED;
  }

  /** The bias of all pairs of tokens, (1, heads, N, N). */
  public Tensor forward() {
    return lookUp(index.unsqueeze(0));
  }

  /** The bias among the tokens numbered {@code kept}, int64 (B, n), as (B, heads, n, n). */
  public Tensor forward(Tensor kept) {
    long batch = kept.size(0);
    long count = kept.size(1);
    Tensor rows = index.index_select(0, kept.flatten()).view(batch, count, -1);
    return lookUp(rows.gather(2, kept.unsqueeze(1).expand(batch, count, count)));
  }

  /**
   * The bias of all pairs of tokens without their N² numbers: the biases of one column of queries
   * are a strip as long as two grids, of which each row of queries sees N numbers, a row of keys
   * further on than the row of queries below.
   *
   * @return (columns, heads, rows, N), a view of the strips, rows from the last to the first
   */
  Tensor strips() {
    long heads = table.size(1);
    long down = 2L * rows - 1;
    long right = 2L * columns - 1;
    return table
        .narrow(0, 0, down * right)
        .t()
        .reshape(heads, down, right)
        .flip(1, 2)
        .unfold(2, columns, 1) // (heads, down, columns of queries, columns of keys)
        .flip(2)
        .transpose(1, 2)
        .reshape(heads, columns, down * columns)
        .unfold(2, (long) rows * columns, columns) // (heads, columns, rows, N)
        .transpose(0, 1);
  }

  /** Rows of the grid. */
  int rows() {
    return rows;
  }

  /** Columns of the grid. */
  int columns() {
    return columns;
  }

  private Tensor lookUp(Tensor pairs) {
    return embedding(table, pairs).permute(0, 3, 1, 2).contiguous();
  }

  private static Tensor index(int rows, int columns) {
    int tokens = rows * columns;
    long[] values = new long[tokens * tokens];
    for (int i = 0; i < tokens; i++) {
      for (int j = 0; j < tokens; j++) {
        int row = i / columns - j / columns + rows - 1;
        int column = i % columns - j % columns + columns - 1;
        values[i * tokens + j] = (long) row * (2 * columns - 1) + column;
      }
    }
    return Tensors.of(values, tokens, tokens);
  }
}
