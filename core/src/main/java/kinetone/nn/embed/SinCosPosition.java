package kinetone.nn.embed;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;

import kinetone.common.Check;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Fixed two-dimensional position embeddings as in MAE and DiT: the first half of the width encodes
 * the column, the second half the row, each as sines and then cosines.
 */
public final class SinCosPosition {
  private SinCosPosition() {}

  /** The table (rows · columns, width) in row-major order; {@code width} divisible by 4. */
  public static Tensor grid(int rows, int columns, int width) {
    return grid(rows, columns, width, 1, 1);
  }

  /**
   * The table of {@link #grid} with rows {@code rowStep} and columns {@code columnStep} apart, as
   * in PixArt and Open-Sora for pictures of other sizes than those of the training.
   */
  public static Tensor grid(int rows, int columns, int width, double rowStep, double columnStep) {
    Check.divisible("width", width, "4", 4);
    Tensor row = steps(rows, rowStep).view(rows, 1).expand(rows, columns).reshape(-1);
    Tensor column = steps(columns, columnStep).view(1, columns).expand(rows, columns).reshape(-1);
    Sinusoid sinusoid = new Sinusoid(width / 2);
    return cat(new TensorVector(sinusoid.sinFirst(column), sinusoid.sinFirst(row)), -1);
  }

  private static Tensor steps(int count, double step) {
    return arange(new Scalar(count)).to(ScalarType.Float).mul(new Scalar(step));
  }

  /** The table (length, width) of a line of positions 0, 1, ... */
  public static Tensor line(int length, int width) {
    return at(arange(new Scalar(length)), width);
  }

  /** The table (times, width) of a line of positions at {@code times}, in any unit. */
  public static Tensor at(Tensor times, int width) {
    return new Sinusoid(width).sinFirst(times);
  }
}
