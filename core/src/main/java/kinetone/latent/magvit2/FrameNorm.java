package kinetone.latent.magvit2;

import static org.bytedeco.pytorch.global.torch.group_norm;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * Normalisation that does not mix frames: statistics over time would let the future reach the past.
 * Input and output (B, C, T, H, W), channels last.
 */
public final class FrameNorm extends Module {
  private static final double EPSILON = 1e-6;

  /** What the statistics are taken over. */
  public enum Kind {
    /** Each frame's pixels and the channels of a group (Wu and He 2018, per frame). */
    GROUP,
    /** The channels of each pixel (layer normalisation): fastest in channels-last memory. */
    CHANNEL
  }

  private final Kind kind;
  private final int groups;
  private final long channels;
  private final TensorOptional weight;
  private final TensorOptional bias;

  FrameNorm(int channels, Kind kind, int groups) {
    super("FrameNorm");
    this.kind = kind;
    this.groups = groups;
    this.channels = channels;
    Tensor scale = ones(channels);
    Tensor shift = zeros(channels);
    register_parameter("weight", scale);
    register_parameter("bias", shift);
    weight = new TensorOptional(scale);
    bias = new TensorOptional(shift);
  }

  Tensor forward(Tensor x) {
    if (kind == Kind.CHANNEL) {
      Tensor last = x.permute(0, 2, 3, 4, 1);
      return layer_norm(last, new long[] {channels}, weight, bias, EPSILON, true)
          .permute(0, 4, 1, 2, 3);
    }
    long[] s = x.shape();
    Tensor frames = x.permute(0, 2, 1, 3, 4).reshape(s[0] * s[2], s[1], s[3], s[4]);
    return group_norm(frames, groups, weight, bias, EPSILON, true)
        .view(s[0], s[2], s[1], s[3], s[4])
        .permute(0, 2, 1, 3, 4);
  }
}
