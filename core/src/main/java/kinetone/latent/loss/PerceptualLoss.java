package kinetone.latent.loss;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Distance in the activations of a network: per layer, activations of unit length along channels,
 * squared differences summed over channels and averaged over positions; then the mean over layers
 * (LPIPS without its learned weights, Zhang et al. 2018, eq. 1).
 */
public final class PerceptualLoss implements ReconstructionLoss {
  private static final double EPSILON = 1e-8;
  private final FeatureExtractor extractor;

  /** Compares in the features of {@code extractor}. */
  public PerceptualLoss(FeatureExtractor extractor) {
    this.extractor = extractor;
  }

  @Override
  public Tensor of(Tensor signal, Tensor reconstruction) {
    List<Tensor> expected = extractor.features(signal);
    List<Tensor> actual = extractor.features(reconstruction);
    Tensor total = distance(expected.get(0), actual.get(0));
    for (int i = 1; i < expected.size(); i++) {
      total = total.add(distance(expected.get(i), actual.get(i)));
    }
    return total.div(new Scalar(expected.size()));
  }

  private static Tensor distance(Tensor expected, Tensor actual) {
    return unit(expected.detach()).sub(unit(actual)).square().sum(1).mean();
  }

  private static Tensor unit(Tensor x) {
    return x.div(x.square().sum(1).add(new Scalar(EPSILON)).sqrt().unsqueeze(1));
  }
}
