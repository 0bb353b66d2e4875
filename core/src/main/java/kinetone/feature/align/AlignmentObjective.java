package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.binary_cross_entropy_with_logits;

import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Binary cross-entropy of {@link AlignmentClassifier} on {@link AlignmentPairs}. */
public final class AlignmentObjective {
  private AlignmentObjective() {}

  /**
   * A loss.
   *
   * @param total scalar to differentiate
   * @param parts named scalars to report, detached: {@code error}, the share of wrong answers
   */
  public record Value(Tensor total, Map<String, Tensor> parts) {}

  /**
   * The loss graph of a batch.
   *
   * @param timesteps (B), 0 where the latents are clean
   */
  public static Value of(AlignmentClassifier classifier, AlignmentPairs pairs, Tensor timesteps) {
    Tensor logits = classifier.forward(pairs.latent(), pairs.features(), timesteps);
    Tensor said = logits.detach().gt(new Scalar(0.0)).to(ScalarType.Float);
    Tensor error = said.sub(pairs.labels()).abs().mean();
    return new Value(
        binary_cross_entropy_with_logits(logits, pairs.labels()), Map.of("error", error));
  }
}
