package kinetone.nn;

import static org.bytedeco.pytorch.global.torch.empty;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * x / √(mean(x²) + ε) · weight over the last axis, without mean and bias (Zhang and Sennrich 2019,
 * in the form of T5 and LLaMA: the division is done in float32). The weight is one at first.
 */
public final class RmsNorm extends Module {
  private final Scalar epsilon;
  private final Tensor weight;

  /** For a last axis of {@code width}. */
  public RmsNorm(int width, double epsilon) {
    super("RmsNorm");
    this.epsilon = new Scalar(epsilon);
    weight = empty(width);
    Init.constant(weight, 1);
    register_parameter("weight", weight);
  }

  /** (..., width) to (..., width). */
  public Tensor forward(Tensor x) {
    Tensor wide = x.to(ScalarType.Float);
    Tensor square = wide.square().mean(new long[] {-1}, true, new ScalarTypeOptional());
    return wide.mul(square.add(epsilon).rsqrt()).to(x.scalar_type()).mul(weight);
  }
}
