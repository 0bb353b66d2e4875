package kinetone.latent.opensora;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.Autoencoder;
import kinetone.latent.LatentDistribution;
import kinetone.latent.Regularisation;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Open-Sora's video autoencoder 1.2 (hpcaitech/Open-Sora, {@code opensora/models/vae}): pictures
 * (B, T, H, W, 3) in [−1, 1] to latents (B, T', H/8, W/8, 4), any T. An autoencoder codes each
 * frame, one over time codes the latents of these, chunk by chunk: 17 frames become 5 latents, r
 * frames that are left ⌈r/4⌉, with zeros in front of them. The latents of pictures that time sees
 * are means of posteriors, where public code draws them.
 */
public final class OpenSoraAutoencoder extends Module implements Autoencoder {
  /** Of its latents; public training has it at this weight. */
  private static final Regularisation KL = Regularisation.kl(1e-6);

  private final OpenSoraConfig config;
  private final PictureStage pictures;
  private final TemporalAutoencoder time;

  /** Builds the network with weights drawn from {@code rng}. */
  public OpenSoraAutoencoder(OpenSoraConfig config, Rng rng) {
    super("VideoAutoencoderPipeline");
    this.config = config;
    pictures = register_module("spatial_vae", new PictureStage(config, rng));
    time = register_module("temporal_vae", new TemporalAutoencoder(config.temporal(), rng));
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public int latentChannels() {
    return config.temporal().latentChannels();
  }

  /** The configuration. */
  public OpenSoraConfig config() {
    return config;
  }

  TemporalAutoencoder time() {
    return time;
  }

  @Override
  public LatentDistribution distribution(Tensor signal) {
    Tensors.requireShape("picture", signal, -1, -1, -1, -1, 3);
    int factor = config.picture().factor();
    Check.that(
        signal.size(2) % factor == 0 && signal.size(3) % factor == 0,
        "pictures of %d x %d pixels do not fit the video codec; sides must be multiples of %d",
        signal.size(3),
        signal.size(2),
        factor);
    return LatentDistribution.of(moments(signal), KL);
  }

  private Tensor moments(Tensor signal) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> chunks = new ArrayList<>();
      for (long at = 0; at < signal.size(1); at += config.chunk()) {
        try (TensorScope one = TensorScope.open()) {
          long frames = Math.min(config.chunk(), signal.size(1) - at);
          chunks.add(one.keep(time.moments(pictures.encode(signal.narrow(1, at, frames)))));
        }
      }
      return scope.keep(joined(chunks));
    }
  }

  /**
   * {@inheritDoc}
   *
   * <p>17 frames for each 5 latents, and for k that are left the fewest they can stand for: 4k − 3.
   */
  @Override
  public Tensor decode(Tensor latent) {
    return decode(latent, config.frames(latent.size(1)));
  }

  /**
   * Decodes the latents of {@code frames} pictures.
   *
   * @throws kinetone.common.KinetoneException when so many frames do not have as many latents
   */
  public Tensor decode(Tensor latent, long frames) {
    Tensors.requireShape("picture latent", latent, -1, -1, -1, -1, latentChannels());
    Check.that(
        config.latents(frames) == latent.size(1),
        "%d frames have %d latents, but %d are given",
        frames,
        config.latents(frames),
        latent.size(1));
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> clips = new ArrayList<>();
      long from = 0;
      for (long at = 0; at < frames; at += config.chunk()) {
        try (TensorScope one = TensorScope.open()) {
          long count = Math.min(config.chunk(), frames - at);
          long latents = config.inChunk(count);
          Tensor seen = time.decode(latent.narrow(1, from, latents), count);
          clips.add(one.keep(pictures.decode(seen)));
          from += latents;
        }
      }
      return scope.keep(joined(clips));
    }
  }

  private static Tensor joined(List<Tensor> chunks) {
    return torch.cat(new TensorVector(chunks.toArray(Tensor[]::new)), 1);
  }
}
