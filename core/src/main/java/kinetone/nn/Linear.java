package kinetone.nn;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * y = x Wᵀ + b along the last axis. The same names and shapes as PyTorch's layer, but nothing is
 * drawn from the global generator.
 */
public final class Linear extends Module {
  private final Tensor weight;
  private final Tensor bias;
  private final TensorOptional biasArgument;

  private Linear(long in, long out, Rng rng) {
    super("Linear");
    weight = Init.weight(rng, out, in);
    bias = empty(out);
    register_parameter("weight", weight);
    register_parameter("bias", bias);
    biasArgument = new TensorOptional(bias);
  }

  /** Xavier-uniform weight and zero bias, the initialisation of DiT's trunk. */
  public static Linear xavier(long in, long out, Rng rng) {
    Linear linear = new Linear(in, out, rng);
    Init.xavierUniform(linear.weight, rng);
    Init.constant(linear.bias, 0);
    return linear;
  }

  /** Normal weight with mean 0 and zero bias. */
  public static Linear normal(long in, long out, double standardDeviation, Rng rng) {
    Linear linear = new Linear(in, out, rng);
    Init.normal(linear.weight, standardDeviation, rng);
    Init.constant(linear.bias, 0);
    return linear;
  }

  /**
   * All zero: the layer contributes nothing until it has learned something.
   *
   * @param rng only decides whether memory is written at all, see {@link Rng#none()}
   */
  public static Linear zero(long in, long out, Rng rng) {
    Linear linear = new Linear(in, out, rng);
    linear.zeroInitialise(rng);
    return linear;
  }

  /** Sets weight and bias to zero, unless {@code rng} is {@link Rng#none()}. */
  public void zeroInitialise(Rng rng) {
    Init.zero(weight, rng);
    Init.zero(bias, rng);
  }

  /** (..., in) to (..., out). */
  public Tensor forward(Tensor x) {
    return torch.linear(x, weight, biasArgument);
  }

  /** The weight, (out, in). */
  public Tensor weight() {
    return weight;
  }

  /** The bias, (out). */
  public Tensor bias() {
    return bias;
  }
}
