package kinetone.nn;

import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Batch normalisation of (B, C, ...) by statistics that somebody else's training left, for networks
 * that only judge: named as PyTorch's, without the count of batches, which files may have or lack.
 */
public final class FixedNorm extends Module {
  private final double epsilon;
  private final TensorOptional weight;
  private final TensorOptional bias;
  private final TensorOptional mean;
  private final TensorOptional variance;

  /**
   * Statistics of a standard normal until others are loaded.
   *
   * @param epsilon added to the variance
   */
  public FixedNorm(int channels, double epsilon) {
    super("BatchNorm");
    this.epsilon = epsilon;
    Tensor gain = ones(channels);
    Tensor offset = zeros(channels);
    Tensor runningMean = zeros(channels);
    Tensor runningVariance = ones(channels);
    register_parameter("weight", gain);
    register_parameter("bias", offset);
    register_buffer("running_mean", runningMean);
    register_buffer("running_var", runningVariance);
    weight = new TensorOptional(gain);
    bias = new TensorOptional(offset);
    mean = new TensorOptional(runningMean);
    variance = new TensorOptional(runningVariance);
  }

  /** Normalises (B, C, ...). */
  public Tensor forward(Tensor x) {
    return torch.batch_norm(x, weight, bias, mean, variance, false, 0, epsilon, true);
  }
}
