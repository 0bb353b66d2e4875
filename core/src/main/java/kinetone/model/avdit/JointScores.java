package kinetone.model.avdit;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.stack;
import static org.bytedeco.pytorch.global.torch.zeros;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;

/**
 * What is added to the scores of the attention over both modalities, so that tokens find those of
 * their own moment: −slope |t_i − t_j|, as ALiBi's (Press et al. 2022, section 3) in both
 * directions, by head; and where tokens shall look across, nothing is left of their own modality.
 */
final class JointScores {
  /** Behind the softmax it is zero, and it is a number in every precision. */
  private static final double NEVER = -1e4;

  private final AdapterAvDiTConfig config;

  /** For the tokens of a network of {@code config}, those of the video first. */
  JointScores(AdapterAvDiTConfig config) {
    this.config = config;
  }

  /** The middle of each token's time, in frames, (T S + A). */
  static Tensor middles(AdapterAvDiTConfig config, TensorOptions options) {
    AdapterAvDiTConfig.Audio audio = config.audio();
    double framesPerToken = (double) config.frames() / audio.times();
    Tensor frames = arange(new Scalar(config.frames()), options).add(new Scalar(0.5));
    Tensor sound =
        arange(new Scalar(audio.times()), options)
            .add(new Scalar(0.5))
            .mul(new Scalar(framesPerToken));
    return cat(
        new TensorVector(
            frames.repeat_interleave((long) config.base().side() * config.base().side()),
            sound.repeat_interleave(audio.rows())));
  }

  /** (heads or 1, T S + A, T S + A), none of it positive, where {@code like} is and as precise. */
  Tensor like(Tensor like) {
    // In float32: bfloat16 would round times of longer clips to whole frames.
    TensorOptions options = new TensorOptions(like.device());
    Tensor distances = apart(middles(config, options)).abs();
    Tensor own = apart(modalities(options)).eq(new Scalar(0.0));
    TensorVector heads = new TensorVector();
    for (AdapterAvDiTConfig.JointHead head : config.jointHeads()) {
      Tensor fallen = distances.mul(new Scalar(-head.slope()));
      heads.push_back(head.looksAcross() ? fallen.masked_fill(own, new Scalar(NEVER)) : fallen);
    }
    return stack(heads).to(like.scalar_type());
  }

  private Tensor modalities(TensorOptions options) {
    return cat(
        new TensorVector(
            ones(new long[] {config.videoTokens()}, options),
            zeros(new long[] {config.audio().tokens()}, options)));
  }

  /** All differences. */
  private static Tensor apart(Tensor x) {
    return x.unsqueeze(0).sub(x.unsqueeze(1));
  }
}
