package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.stack;

import java.util.Map;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * The loss of {@link Cavp}: stretches are cut from the clips of a batch, and picture and sound of
 * the same stretch must find each other ({@link ContrastiveLoss}). Stretches are cut before the
 * networks see them, so that none knows what surrounds it.
 */
public final class ContrastiveObjective {
  private final SegmentConfig segments;
  private final double temporalWeight;

  /**
   * A loss.
   *
   * @param total scalar to differentiate
   * @param parts named scalars to report, detached
   */
  public record Value(Tensor total, Map<String, Tensor> parts) {}

  /**
   * An objective.
   *
   * @param segments what is cut
   * @param temporalWeight λ of the temporal loss; 1 in the paper
   */
  public ContrastiveObjective(SegmentConfig segments, double temporalWeight) {
    this.segments = segments;
    this.temporalWeight = Check.atLeast("temporalWeight", temporalWeight, 0);
  }

  /**
   * The loss graph of a batch.
   *
   * @param pictures (B, T, H, W, 3) in [0, 1]
   * @param mel (B, T · framesPerFeature, bands) of the same clips
   */
  public Value of(Cavp cavp, Tensor pictures, Tensor mel, Rng rng) {
    int rate = cavp.soundEncoder().framesPerFeature();
    int length = (int) pictures.size(1);
    Check.that(
        mel.size(1) == (long) length * rate,
        "the mel spectrogram has %d frames for %d pictures, must be %d per picture",
        mel.size(1),
        length,
        rate);
    int[][] starts = segments.draw((int) pictures.size(0), length, rng);
    Tensor video = Cavp.summary(cavp.projectVideo(cut(pictures, starts, 1)));
    Optional<Rng> dropout = cavp.is_training() ? Optional.of(rng) : Optional.empty();
    Tensor sound = Cavp.summary(cavp.projectSound(cut(mel, starts, rate), dropout));
    ContrastiveLoss loss = ContrastiveLoss.of(video, sound, cavp.scale(), segments.count());
    return new Value(
        loss.total(temporalWeight),
        Map.of("semantic", loss.semantic().detach(), "temporal", loss.temporal().detach()));
  }

  /** The stretches of (B, time, ...), a clip's in a row; {@code rate} positions per picture. */
  private Tensor cut(Tensor clips, int[][] starts, int rate) {
    TensorVector parts = new TensorVector();
    for (int i = 0; i < starts.length; i++) {
      Tensor clip = clips.select(0, i);
      for (int start : starts[i]) {
        parts.push_back(clip.narrow(0, (long) start * rate, (long) segments.frames() * rate));
      }
    }
    return stack(parts, 0);
  }
}
