package kinetone.latent.magvit2;

import java.util.Optional;
import kinetone.common.Check;
import kinetone.latent.Autoencoder;
import kinetone.latent.LatentDistribution;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Causal 3-D convolutional autoencoder (MAGVIT-v2, Yu et al. 2023, section 3.2) with a continuous
 * latent: pictures (B, 1+4k, H, W, 3) in [−1, 1] to latents (B, 1+k, H/8, W/8, C) with the factors
 * of the PAPER and TINY configurations. Latent j depends on frames 0..4j only, frame i of the
 * reconstruction on latents 0..⌈i/4⌉ only; a single picture is a clip of one frame.
 */
public final class CausalVideoAutoencoder extends Module implements Autoencoder {
  private final CausalVideoConfig config;
  private final VideoEncoder encoder;
  private final VideoDecoder decoder;

  /** Builds the network with weights drawn from {@code rng}. */
  public CausalVideoAutoencoder(CausalVideoConfig config, Rng rng) {
    super("CausalVideoAutoencoder");
    this.config = config;
    Optional<BlockTransform3d> linear =
        config.linearPath() ? Optional.of(new BlockTransform3d(config, rng)) : Optional.empty();
    encoder = new VideoEncoder(config, linear, rng);
    decoder = new VideoDecoder(config, linear, rng);
    linear.ifPresent(l -> register_module("linear", l));
    register_module("encoder", encoder);
    register_module("decoder", decoder);
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public int latentChannels() {
    return config.latentChannels();
  }

  /** The configuration. */
  public CausalVideoConfig config() {
    return config;
  }

  /**
   * {@inheritDoc}
   *
   * @throws kinetone.common.KinetoneException unless T is 1 + 4k and H and W are multiples of 8
   */
  @Override
  public LatentDistribution distribution(Tensor signal) {
    long frames = signal.size(1);
    int factor = config.timeFactor();
    Check.that(
        (frames - 1) % factor == 0,
        "a clip of %d frames does not fit the video codec; use 1 + %d·k frames, for example %d",
        frames,
        factor,
        (frames - 1) / factor * factor + 1);
    return LatentDistribution.of(encode(signal, History.none()), config.regularisation());
  }

  @Override
  public Tensor decode(Tensor latent) {
    return decode(latent, History.none());
  }

  /**
   * Encodes the next chunk of a clip: the first has 1 + 4k frames, the others 4k.
   *
   * @return the mean of the latents of this chunk
   */
  public Tensor encodeChunk(Tensor frames, History.Stream history) {
    return LatentDistribution.of(encode(frames, history), config.regularisation()).mean();
  }

  /** Decodes the next chunk of latents: the first latent of a clip gives 1 frame, each other 4. */
  public Tensor decodeChunk(Tensor latents, History.Stream history) {
    return decode(latents, history);
  }

  private Tensor encode(Tensor signal, History history) {
    Tensors.requireShape("picture", signal, -1, -1, -1, -1, 3);
    int factor = config.spaceFactor();
    Check.that(
        signal.size(2) % factor == 0 && signal.size(3) % factor == 0,
        "pictures of %d x %d pixels do not fit the video codec; sides must be multiples of %d",
        signal.size(3),
        signal.size(2),
        factor);
    return channelsLast(encoder.forward(channelsFirst(signal), history));
  }

  private Tensor decode(Tensor latent, History history) {
    Tensors.requireShape("picture latent", latent, -1, -1, -1, -1, config.latentChannels());
    return channelsLast(decoder.forward(channelsFirst(latent), history));
  }

  /** A view: in memory, (B, T, H, W, C) is libtorch's channels_last_3d. */
  private static Tensor channelsFirst(Tensor x) {
    return x.contiguous().permute(0, 4, 1, 2, 3);
  }

  private static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 4, 1).contiguous();
  }
}
