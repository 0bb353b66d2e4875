package kinetone.pipeline;

import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Autocast;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;

/** A network that multiplies in another number format than its weights and latents have. */
public record MixedPrecision(Denoiser network, Device device, Precision precision)
    implements Denoiser {
  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    try (Autocast autocast = Autocast.open(device, precision)) {
      return network.predict(noisy, levels, conditions);
    }
  }
}
