package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/** Group normalisation of (B, C, ...) or, with no groups, layer normalisation of (..., C). */
final class Norm extends Module {
  private final int groups;
  private final long channels;
  private final double epsilon;
  private final TensorOptional weight;
  private final TensorOptional bias;

  private Norm(int channels, int groups, double epsilon) {
    super("Norm");
    this.groups = groups;
    this.channels = channels;
    this.epsilon = epsilon;
    Tensor scale = ones(channels);
    Tensor shift = zeros(channels);
    register_parameter("weight", scale);
    register_parameter("bias", shift);
    weight = new TensorOptional(scale);
    bias = new TensorOptional(shift);
  }

  static Norm group(int channels, int groups, double epsilon) {
    return new Norm(channels, groups, epsilon);
  }

  static Norm layer(int channels) {
    return new Norm(channels, 0, 1e-5);
  }

  Tensor forward(Tensor x) {
    return groups > 0
        ? torch.group_norm(x, groups, weight, bias, epsilon, true)
        : torch.layer_norm(x, new long[] {channels}, weight, bias, epsilon, true);
  }
}
