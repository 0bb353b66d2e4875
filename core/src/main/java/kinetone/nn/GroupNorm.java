package kinetone.nn;

import static org.bytedeco.pytorch.global.torch.group_norm;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.zeros;

import kinetone.common.Check;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Group normalisation (Wu and He 2018) of (B, C, ...): over all positions and a group's channels.
 */
public final class GroupNorm extends Module {
  private final int groups;
  private final double epsilon;
  private final TensorOptional weight;
  private final TensorOptional bias;

  /**
   * Scale one and shift zero.
   *
   * @param channels C, a multiple of {@code groups}
   * @param epsilon added to the variance
   */
  public GroupNorm(int channels, int groups, double epsilon) {
    super("GroupNorm");
    Check.divisible("channels", channels, "groups", groups);
    this.groups = groups;
    this.epsilon = epsilon;
    Tensor scale = ones(channels);
    Tensor shift = zeros(channels);
    register_parameter("weight", scale);
    register_parameter("bias", shift);
    weight = new TensorOptional(scale);
    bias = new TensorOptional(shift);
  }

  /** Normalises (B, C, ...). */
  public Tensor forward(Tensor x) {
    return group_norm(x, groups, weight, bias, epsilon, true);
  }
}
