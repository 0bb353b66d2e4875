package kinetone.nn;

import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A narrow network that is added beside a frozen layer (Houlsby et al. 2019, section 2.1): {@code
 * up(gelu(down(x)))} without the skip connection, which is the caller's. Zero at first.
 */
public final class BottleneckAdapter extends Module {
  private final Linear down;
  private final Linear up;

  /**
   * An adapter that is zero at first.
   *
   * @param width of x and of the result
   * @param ratio hidden width over {@code width}; at least one number is hidden
   */
  public BottleneckAdapter(int width, double ratio, Rng rng) {
    super("BottleneckAdapter");
    long hidden = hidden(width, ratio);
    down = register_module("down", Linear.xavier(width, hidden, rng));
    up = register_module("up", Linear.zero(hidden, width, rng));
  }

  /** The hidden width of an adapter of {@code width}. */
  public static long hidden(int width, double ratio) {
    Check.that(ratio > 0 && ratio <= 4, "adapter ratio = %s, must be above 0 and at most 4", ratio);
    return Math.max(1, Math.round(ratio * width));
  }

  /** (..., width) to (..., width). */
  public Tensor forward(Tensor x) {
    return up.forward(Gelu.ERF.apply(down.forward(x)));
  }
}
