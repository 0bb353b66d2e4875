package kinetone.nn;

import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A narrow network that is added beside a frozen layer (Houlsby et al. 2019, section 2.1): {@code
 * up(gelu(down(x)))} without the skip connection, which is the caller's. Zero at first.
 *
 * <p>With a norm it is {@code up(gelu(norm(down(x))))}, where the norm has no weights. The
 * activation is zero, and so are all gradients, where every hidden number is far below zero, and an
 * adapter that does harm before it does good is driven there; behind a norm some are always above.
 * Adapters of LAVISH (Lin et al. 2023) have a batch norm in that place.
 */
public final class BottleneckAdapter extends Module {
  private static final double EPSILON = 1e-6;

  private final Linear down;
  private final Linear up;
  private final boolean normed;

  /**
   * An adapter that is zero at first.
   *
   * @param width of x and of the result
   * @param ratio hidden width over {@code width}; at least one number is hidden
   * @param normed whether hidden numbers are normalised before the activation
   */
  public BottleneckAdapter(int width, double ratio, boolean normed, Rng rng) {
    super("BottleneckAdapter");
    this.normed = normed;
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
    Tensor hidden = down.forward(x);
    return up.forward(Gelu.ERF.apply(normed ? LayerNorm.plain(hidden, EPSILON) : hidden));
  }
}
