package kinetone.latent.kl;

import java.util.function.UnaryOperator;
import kinetone.common.Check;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * How large pictures are coded in squares, so that memory does not grow with them. Neighbouring
 * squares overlap and are blended there, linearly, as in diffusers' {@code enable_tiling}. What
 * normalisation and attention know of the rest of a picture is lost: results differ a little from
 * those of the whole, and pictures of at most one square are as without.
 *
 * @param edge of a square, in positions of the signal
 * @param overlap of neighbours, at least; more at the last square of a row, which ends with it
 */
public record Tiling(int edge, int overlap) {
  /** Of an axis: where a square begins and how long it is. */
  private record Span(long from, long length) {}

  /** Checks the ranges. */
  public Tiling {
    Check.within("tiling.edge", edge, 1, 1 << 16);
    Check.that(
        overlap >= 0 && 2 * overlap <= edge,
        "tiling.overlap = %d, must be at least 0 and at most half of the edge %d",
        overlap,
        edge);
  }

  /**
   * Requires that squares of a signal are squares of its latents.
   *
   * @param factor positions of the signal per latent
   */
  public void requireMultiplesOf(int factor) {
    Check.divisible("tiling.edge", edge, "positions per latent", factor);
    Check.divisible("tiling.overlap", overlap, "positions per latent", factor);
  }

  /** Latents (B, H / factor, W / factor, C) of pictures (B, H, W, ...) by {@code code}. */
  public Tensor encode(Tensor pictures, int factor, UnaryOperator<Tensor> code) {
    return apply(pictures, edge, overlap, 1, factor, code);
  }

  /** Pictures (B, h · factor, w · factor, ...) of latents (B, h, w, C) by {@code code}. */
  public Tensor decode(Tensor latents, int factor, UnaryOperator<Tensor> code) {
    return apply(latents, edge / factor, overlap / factor, factor, 1, code);
  }

  /** {@code code} makes {@code up / down} positions of one. */
  private static Tensor apply(
      Tensor x, int edge, int overlap, int up, int down, UnaryOperator<Tensor> code) {
    if (x.size(1) <= edge && x.size(2) <= edge) {
      return code.apply(x);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor sum = null;
      Tensor weights = null;
      for (Span row : spans(x.size(1), edge, overlap)) {
        for (Span column : spans(x.size(2), edge, overlap)) {
          try (TensorScope one = TensorScope.open()) {
            Tensor tile =
                code.apply(
                    x.narrow(1, row.from(), row.length())
                        .narrow(2, column.from(), column.length()));
            if (sum == null) {
              long[] whole = {
                x.size(0), x.size(1) * up / down, x.size(2) * up / down, tile.size(3)
              };
              sum = one.keep(torch.zeros(whole, tile.options()));
              weights =
                  one.keep(torch.zeros(new long[] {1, whole[1], whole[2], 1}, tile.options()));
            }
            Tensor weight =
                ramp(tile.size(1), overlap * up / down, tile)
                    .unsqueeze(1)
                    .mul(ramp(tile.size(2), overlap * up / down, tile).unsqueeze(0))
                    .unsqueeze(0)
                    .unsqueeze(-1);
            place(sum, row, column, tile, up, down).add_(tile.mul(weight));
            place(weights, row, column, tile, up, down).add_(weight);
          }
        }
      }
      return scope.keep(sum.div_(weights));
    }
  }

  private static Tensor place(Tensor whole, Span row, Span column, Tensor tile, int up, int down) {
    return whole
        .narrow(1, row.from() * up / down, tile.size(1))
        .narrow(2, column.from() * up / down, tile.size(2));
  }

  /** Squares that cover an axis of {@code length}; all but one shorter than a square are whole. */
  private static Span[] spans(long length, int edge, int overlap) {
    if (length <= edge) {
      return new Span[] {new Span(0, length)};
    }
    int step = edge - overlap;
    int count = Math.toIntExact((length - overlap + step - 1) / step);
    Span[] spans = new Span[count];
    for (int i = 0; i < count; i++) {
      spans[i] = new Span(Math.min((long) i * step, length - edge), edge);
    }
    return spans;
  }

  /** One in the middle, rising from either end over {@code overlap} positions. */
  private static Tensor ramp(long length, int overlap, Tensor like) {
    float[] values = new float[Math.toIntExact(length)];
    for (int i = 0; i < values.length; i++) {
      double end = Math.min(i, values.length - 1 - i) + 1;
      values[i] = (float) Math.min(1, end / (overlap + 1));
    }
    return Tensors.of(values, length).to(like.device(), like.scalar_type());
  }
}
