package kinetone.model.mdsgen;

import static org.bytedeco.pytorch.global.torch.ones;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Which tokens of each example a masked pass sees.
 *
 * @param kept numbers of the visible tokens in the whole sequence, int64 (B, n), in any order
 * @param masked float32 (B, N), 1 where a token is masked and 0 where it is visible
 */
public record VisibleTokens(Tensor kept, Tensor masked) {
  /** Sees the tokens {@code kept}, int64 (B, n), of {@code tokens}. */
  public static VisibleTokens of(Tensor kept, long tokens) {
    Tensor masked = ones(kept.size(0), tokens).to(kept.device(), ones(1).scalar_type());
    return new VisibleTokens(kept, masked.scatter_(1, kept, new Scalar(0f)));
  }

  /** The same on {@code device}. */
  public VisibleTokens to(Device device) {
    return new VisibleTokens(
        kept.to(device, kept.scalar_type()), masked.to(device, masked.scalar_type()));
  }

  /** The visible ones of {@code tokens} (B, N, D), as (B, n, D). */
  public Tensor select(Tensor tokens) {
    return tokens.gather(1, index(tokens.size(2)));
  }

  /**
   * Puts {@code visible} (B, n, D) back at its positions among copies of {@code filler} (1, 1, D).
   */
  public Tensor restore(Tensor visible, Tensor filler) {
    Tensor all = filler.to(visible.scalar_type()).expand(masked.size(0), masked.size(1), -1);
    return all.scatter(1, index(visible.size(2)), visible);
  }

  private Tensor index(long width) {
    return kept.unsqueeze(-1).expand(-1, -1, width);
  }
}
