package kinetone.nn.adaln;

import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The projection from a condition to the scales, shifts and gates of a block: {@code
 * linear(silu(c))}, zero-initialised so that every block starts unmodulated. The linear layer is
 * named {@code 1}, as in DiT's {@code adaLN_modulation}.
 */
public final class Modulation extends Module {
  private final Linear linear;
  private final int count;

  /** Makes {@code count} vectors of {@code width} from a condition of {@code width}. */
  public Modulation(int width, int count, Rng rng) {
    super("Modulation");
    this.count = count;
    linear = register_module("1", Linear.zero(width, (long) count * width, rng));
  }

  /** (..., width) to {@code count} tensors of that shape. */
  public TensorVector forward(Tensor condition) {
    return ofActivated(torch.silu(condition));
  }

  /** As {@link #forward} for a condition that has been through SiLU already. */
  public TensorVector ofActivated(Tensor activated) {
    return linear.forward(activated).chunk(count, -1);
  }
}
