package kinetone.model.avdit;

import static org.bytedeco.pytorch.global.torch.arange;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What is added to the scores of the attention over both modalities, so that tokens find those of
 * their own moment: −slope |t_i − t_j|, as ALiBi's (Press et al. 2022, section 3) in both
 * directions, but the same in all heads; and where tokens shall look across, nothing is left of
 * their own modality.
 */
final class JointScores {
  /** Behind the softmax it is zero, and it is a number in every precision. */
  private static final double NEVER = -1e4;

  private final Tensor times;
  private final int videoTokens;
  private final double slope;
  private final boolean across;

  /**
   * For one sequence of tokens, those of the video first.
   *
   * @param times of all tokens (N), in frames
   * @param slope in scores per frame
   * @param across whether tokens attend to the other modality only
   */
  JointScores(Tensor times, int videoTokens, double slope, boolean across) {
    this.times = times.to(ScalarType.Float);
    this.videoTokens = videoTokens;
    this.slope = slope;
    this.across = across;
  }

  /** (N, N), none of it positive, on the device and in the precision of {@code like}. */
  Tensor like(Tensor like) {
    Tensor here = times.to(like.device(), ScalarType.Float);
    Tensor scores = here.unsqueeze(0).sub(here.unsqueeze(1)).abs().mul(new Scalar(-slope));
    if (across) {
      Tensor seen = arange(new Scalar(times.size(0))).lt(new Scalar((long) videoTokens));
      Tensor there = seen.to(like.device(), seen.scalar_type());
      scores = scores.masked_fill(there.unsqueeze(0).eq(there.unsqueeze(1)), new Scalar(NEVER));
    }
    return scores.to(like.scalar_type());
  }
}
