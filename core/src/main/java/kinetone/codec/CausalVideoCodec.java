package kinetone.codec;

import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** The causal 3-D autoencoder (MAGVIT-v2): 1 + 4k frames to 1 + k latents. */
public final class CausalVideoCodec implements VideoCodec {
  /** How it is kept on disk. */
  public static final CodecFormat<CausalVideoConfig, CausalVideoCodec> FORMAT =
      new CodecFormat<>(
          "CausalVideoAutoencoder",
          CausalVideoConfig.class,
          CausalVideoCodec::layout,
          (config, rng) -> new CausalVideoCodec(new CausalVideoAutoencoder(config, rng)),
          codec -> codec.network.config());

  private final CausalVideoAutoencoder network;

  /** A codec with the weights of {@code network}, which it owns. */
  public CausalVideoCodec(CausalVideoAutoencoder network) {
    this.network = network;
  }

  private static VideoLayout layout(CausalVideoConfig config) {
    return new VideoLayout(
        new TimeLayout.Causal(config.timeFactor()), config.spaceFactor(), config.latentChannels());
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
    return network.encode(signal);
  }

  @Override
  public Tensor decode(Tensor latent, long length, Rng rng) {
    layout().requireReach(latent.size(1), length);
    return network.decode(latent).narrow(1, 0, length);
  }
}
