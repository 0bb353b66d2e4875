package kinetone.nn;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** The feed-forward part of a transformer block: {@code fc2(gelu(fc1(x)))}. */
public final class Mlp extends Module {
  private final Linear fc1;
  private final Linear fc2;
  private final Gelu gelu;

  /** Width to {@code hidden} and back, Xavier-initialised. */
  public Mlp(long width, long hidden, Gelu gelu, Rng rng) {
    super("Mlp");
    this.gelu = gelu;
    fc1 = register_module("fc1", Linear.xavier(width, hidden, rng));
    fc2 = register_module("fc2", Linear.xavier(hidden, width, rng));
  }

  /** Sets the last layer to zero: a residual branch that starts as nothing. */
  public void zeroInitialise(Rng rng) {
    fc2.zeroInitialise(rng);
  }

  /** (..., width) to (..., width). */
  public Tensor forward(Tensor x) {
    return fc2.forward(gelu.apply(fc1.forward(x)));
  }
}
