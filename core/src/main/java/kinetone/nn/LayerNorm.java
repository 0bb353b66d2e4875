package kinetone.nn;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.layer_norm;

import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/** Layer norm over the last axis with learned weight and bias, one and zero at first. */
public final class LayerNorm extends Module {
  private final long[] shape;
  private final double epsilon;
  private final TensorOptional weight;
  private final TensorOptional bias;

  /** For a last axis of {@code width}. */
  public LayerNorm(int width, double epsilon) {
    super("LayerNorm");
    this.epsilon = epsilon;
    shape = new long[] {width};
    Tensor factor = empty(width);
    Tensor offset = empty(width);
    Init.constant(factor, 1);
    Init.constant(offset, 0);
    register_parameter("weight", factor);
    register_parameter("bias", offset);
    weight = new TensorOptional(factor);
    bias = new TensorOptional(offset);
  }

  /** The norm over the last axis without weight and bias: (..., width) to (..., width). */
  public static Tensor plain(Tensor x, double epsilon) {
    return layer_norm(x, new long[] {x.size(-1)}, Tensors.NONE, Tensors.NONE, epsilon, true);
  }

  /** (..., width) to (..., width). */
  public Tensor forward(Tensor x) {
    return layer_norm(x, shape, weight, bias, epsilon, true);
  }
}
