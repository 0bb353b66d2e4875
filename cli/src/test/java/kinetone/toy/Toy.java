package kinetone.toy;

import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/** The whole network: a linear map of each latent vector of picture and of sound. */
final class Toy extends Module implements Denoiser {
  static final String TYPE = "Toy";

  /** Its size: frames, height, width and channels of the picture, length and channels of sound. */
  record Config(
      int frames,
      int height,
      int width,
      int channels,
      int length,
      int sound,
      DiffusionConfig diffusion) {
    Config {
      Check.atLeast("channels", channels, 1);
      Check.that(diffusion != null, "diffusion is missing");
    }
  }

  private final Config config;
  private final Linear video;
  private final Linear audio;

  Toy(Config config, Rng rng) {
    super(TYPE);
    this.config = config;
    video = register_module("video", Linear.xavier(config.channels(), config.channels(), rng));
    audio = register_module("audio", Linear.xavier(config.sound(), config.sound(), rng));
  }

  Config config() {
    return config;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    return Prediction.ofNoise(
        Latents.of(video.forward(noisy.video()), audio.forward(noisy.audio())));
  }
}
