package kinetone.latent.loss;

import java.util.List;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Features of sound (B, samples) without trained weights: the hidden layers of a {@link
 * StftDiscriminator} as it is made, fixed. What {@link RandomPictureFeatures} says of random
 * weights holds here too.
 */
public final class RandomSoundFeatures extends Module implements FeatureExtractor {
  private final StftDiscriminator network;

  /** Layers of the given widths on the spectrum {@code stft}, with weights from {@code rng}. */
  public RandomSoundFeatures(StftConfig stft, List<Integer> channels, Rng rng) {
    super("RandomSoundFeatures");
    network = new StftDiscriminator(stft, channels, rng);
    register_module("network", network);
    TensorVector parameters = parameters();
    for (long i = 0; i < parameters.size(); i++) {
      parameters.get(i).set_requires_grad(false);
    }
  }

  @Override
  public List<Tensor> features(Tensor signal) {
    return network.discriminate(signal).features();
  }
}
