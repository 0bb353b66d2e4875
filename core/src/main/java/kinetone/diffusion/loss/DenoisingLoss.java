package kinetone.diffusion.loss;

import java.util.Map;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import org.bytedeco.pytorch.Tensor;

/** Compares a prediction with the noise that was put in. */
@FunctionalInterface
public interface DenoisingLoss {
  /** The loss of {@code prediction} for {@code sample}. */
  Value of(Sample sample, Denoiser.Prediction prediction);

  /**
   * One draw of the forward process.
   *
   * @param clean x_0
   * @param noise ε
   * @param noisy z_t
   * @param levels t, on the device of the latents
   */
  record Sample(Latents clean, Latents noise, Latents noisy, NoiseLevels levels) {}

  /**
   * A loss.
   *
   * @param total scalar to differentiate
   * @param parts named scalars to report, detached
   */
  record Value(Tensor total, Map<String, Tensor> parts) {}
}
