package kinetone.latent.loss;

import java.util.List;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** A network that tells signals from reconstructions. */
public interface Discriminator {
  /** The network that holds the weights. */
  Module module();

  /** Logits and features of signals, batch first. */
  Output discriminate(Tensor signal);

  /**
   * What a discriminator says.
   *
   * @param logits one tensor per scale, a value per patch; larger is more real
   * @param features activations of the hidden layers, for feature matching
   */
  record Output(List<Tensor> logits, List<Tensor> features) {}
}
