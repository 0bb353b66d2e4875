package kinetone.diffusion.process;

import kinetone.diffusion.Denoiser;
import kinetone.diffusion.NoiseSchedule;

/**
 * What a network's output stands for; the names are those of diffusers' {@code prediction_type}.
 */
public enum PredictionType {
  /** The noise ε (Ho, Jain, Abbeel 2020), as AVDiT has it. */
  EPSILON {
    @Override
    public Denoiser noisePrediction(Denoiser network, NoiseSchedule schedule) {
      return network;
    }
  },
  /** The velocity v = √ᾱ_t ε − √(1−ᾱ_t) x_0 (Salimans and Ho 2022, section 4). */
  V_PREDICTION {
    @Override
    public Denoiser noisePrediction(Denoiser network, NoiseSchedule schedule) {
      return new VelocityPrediction(network, schedule);
    }
  };

  /**
   * The same network as a predictor of noise, which is what samplers, guidance and losses see.
   *
   * @param network whose predictions are of this type
   */
  public abstract Denoiser noisePrediction(Denoiser network, NoiseSchedule schedule);
}
