package kinetone.latent.loss;

import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** Maps signals to the activations in which a {@link PerceptualLoss} compares them. */
@FunctionalInterface
public interface FeatureExtractor {
  /** Activations of several layers, each (B, C, ...), channels at axis 1. */
  List<Tensor> features(Tensor signal);
}
