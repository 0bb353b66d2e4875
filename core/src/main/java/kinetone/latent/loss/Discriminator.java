package kinetone.latent.loss;

import java.util.List;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** A network that tells signals from reconstructions. */
public interface Discriminator {
  /** The network that holds the weights. */
  Module module();

  /** Judges signals, batch first. */
  Judgement judge(Tensor signal);

  /**
   * What a discriminator says.
   *
   * @param logits one tensor per scale, a value per patch; larger is more real
   * @param features activations of the hidden layers, for feature matching
   */
  record Judgement(List<Tensor> logits, List<Tensor> features) {}
}
