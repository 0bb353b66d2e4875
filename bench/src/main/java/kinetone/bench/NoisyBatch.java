package kinetone.bench;

import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.model.monl.AvDiTConfig;
import kinetone.tensor.Rng;

/** Made-up input of the shapes that a denoiser takes: speed does not depend on the numbers. */
final class NoisyBatch {
  private NoisyBatch() {}

  /** Standard normal video (B, T, H, W, C) and audio (B, L, C). */
  static Latents latents(AvDiTConfig config, int batch, Rng rng) {
    AvDiTConfig.Video video = config.video();
    return Latents.of(
        rng.normal(batch, video.frames(), video.height(), video.width(), video.channels()),
        rng.normal(batch, config.audio().length(), config.audio().channels()));
  }

  /** A timestep in 1 to {@code steps} for every time position. */
  static NoiseLevels levels(AvDiTConfig config, int batch, int steps, Rng rng) {
    return NoiseLevels.of(
        Map.of(
            Modality.VIDEO, rng.integers(1, steps + 1L, batch, config.video().frames()),
            Modality.AUDIO, rng.integers(1, steps + 1L, batch, config.audio().length())));
  }

  /** Time positions of either modality. */
  static Map<Modality, Integer> lengths(AvDiTConfig config) {
    return Map.of(Modality.VIDEO, config.video().frames(), Modality.AUDIO, config.audio().length());
  }
}
