package kinetone.nn;

import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.zeros;

import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalisation (Ioffe and Szegedy 2015) of (B, C, ...), named as in PyTorch. While training
 * it takes the statistics of the batch and remembers them ({@code running_mean}, {@code
 * running_var}, momentum 0.1); in evaluation it uses what it remembers.
 */
public final class BatchNorm extends Module {
  private static final double EPSILON = 1e-5;
  private static final double MOMENTUM = 0.1;
  private static final Scalar ONE = kept(new Scalar(1L));

  private final Tensor batches;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final TensorOptional mean;
  private final TensorOptional variance;

  /**
   * Statistics of a standard normal at first.
   *
   * @param scale the weight at first: 1, or 0 where the layer ends a residual branch
   */
  public BatchNorm(int channels, double scale) {
    super("BatchNorm");
    Tensor gain = ones(channels);
    Init.constant(gain, scale);
    Tensor offset = zeros(channels);
    Tensor runningMean = zeros(channels);
    Tensor runningVariance = ones(channels);
    batches = Tensors.of(new long[1]);
    register_parameter("weight", gain);
    register_parameter("bias", offset);
    register_buffer("running_mean", runningMean);
    register_buffer("running_var", runningVariance);
    register_buffer("num_batches_tracked", batches);
    weight = new TensorOptional(gain);
    bias = new TensorOptional(offset);
    mean = new TensorOptional(runningMean);
    variance = new TensorOptional(runningVariance);
  }

  /** Normalises (B, C, ...). */
  public Tensor forward(Tensor x) {
    boolean training = is_training();
    if (training) {
      batches.add_(ONE);
    }
    return torch.batch_norm(x, weight, bias, mean, variance, training, MOMENTUM, EPSILON, true);
  }

  /** A constant must not die with the scope that happens to be open when this class loads. */
  private static Scalar kept(Scalar scalar) {
    scalar.retainReference();
    return scalar;
  }
}
