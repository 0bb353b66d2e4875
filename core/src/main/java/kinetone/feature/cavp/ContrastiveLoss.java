package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.arange;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How well sound is found among others by its picture, and picture by its sound (Luo et al. 2023,
 * section 3.1): the cross-entropy of scaled cosines, the mean of both directions.
 *
 * <ul>
 *   <li>semantic: among all stretches of the batch. The paper takes stretches of other clips only;
 *       its code leaves those of the same clip in, and so do we;
 *   <li>temporal: among the stretches of the same clip.
 * </ul>
 *
 * @param semantic scalar
 * @param temporal scalar; zero where clips have one stretch each
 */
public record ContrastiveLoss(Tensor semantic, Tensor temporal) {
  /**
   * The losses of a batch.
   *
   * @param video summaries of length 1, (clips · perClip, D), the stretches of a clip in a row
   * @param sound summaries of length 1, (clips · perClip, D)
   * @param scale factor of the cosines
   * @param perClip stretches per clip
   */
  public static ContrastiveLoss of(Tensor video, Tensor sound, Tensor scale, int perClip) {
    Tensor semantic = both(video.matmul(sound.t()).mul(scale).unsqueeze(0));
    Tensor videos = video.unflatten(0, -1, perClip); // (clips, perClip, D)
    Tensor sounds = sound.unflatten(0, -1, perClip);
    Tensor temporal = both(videos.matmul(sounds.transpose(1, 2)).mul(scale));
    return new ContrastiveLoss(semantic, temporal);
  }

  /** {@code semantic} + {@code weight} · {@code temporal}. */
  public Tensor total(double weight) {
    return semantic.add(temporal, new Scalar(weight));
  }

  /** Cross-entropy of the diagonals of (G, N, N), along rows and along columns. */
  private static Tensor both(Tensor logits) {
    long size = logits.size(1);
    Tensor labels =
        arange(new Scalar(size), new TensorOptions(ScalarType.Long))
            .repeat(logits.size(0))
            .to(logits.device(), ScalarType.Long);
    Tensor rows = cross_entropy_loss(logits.reshape(-1, size), labels);
    Tensor columns = cross_entropy_loss(logits.transpose(1, 2).reshape(-1, size), labels);
    return rows.add(columns).mul(new Scalar(0.5));
  }
}
