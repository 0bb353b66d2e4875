package kinetone.codec;

import kinetone.latent.opensora.OpenSoraAutoencoder;
import kinetone.latent.opensora.OpenSoraConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Open-Sora's video autoencoder 1.2 (UniForm): chunks of 17 frames to 5 latents each. What is left
 * after whole chunks must be 1, 5, 9 or 13 frames, so that the latents of a clip say which frames
 * they stand for; the network itself takes any number.
 */
public final class OpenSoraCodec implements VideoCodec {
  /** How it is kept on disk. */
  public static final CodecFormat<OpenSoraConfig, OpenSoraCodec> FORMAT =
      new CodecFormat<>(
          "OpenSoraAutoencoder",
          OpenSoraConfig.class,
          OpenSoraCodec::layout,
          (config, rng) -> new OpenSoraCodec(new OpenSoraAutoencoder(config, rng)),
          codec -> codec.network.config());

  private final OpenSoraAutoencoder network;

  /** A codec with the weights of {@code network}, which it owns. */
  public OpenSoraCodec(OpenSoraAutoencoder network) {
    this.network = network;
  }

  private static VideoLayout layout(OpenSoraConfig config) {
    return new VideoLayout(
        new TimeLayout.Chunks(config.chunk(), config.temporal().timeFactor()),
        config.picture().factor(),
        config.temporal().latentChannels());
  }

  @Override
  public Module module() {
    return network;
  }

  @Override
  public VideoLayout layout() {
    return layout(network.config());
  }

  @Override
  public Tensor encode(Tensor signal) {
    layout().time().latents(signal.size(1));
    return network.encode(signal);
  }

  @Override
  public Tensor decode(Tensor latent, long length, Rng rng) {
    layout().requireReach(latent.size(1), length);
    return network.decode(latent).narrow(1, 0, length);
  }
}
