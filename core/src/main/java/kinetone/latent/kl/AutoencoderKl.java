package kinetone.latent.kl;

import kinetone.common.Check;
import kinetone.latent.Autoencoder;
import kinetone.latent.LatentDistribution;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.MemoryFormat;

/**
 * The 2-D autoencoder of latent diffusion (Rombach et al. 2022, section 3.1): pictures or mel
 * spectrograms (B, H, W, signal channels) to latents (B, H/f, W/f, C). Spectrograms are (B, frames,
 * bands, 1) for AudioLDM and (B, bands, frames, 3) for Diff-Foley and the paper's MDSGen. Parameter
 * names are those of diffusers' AutoencoderKL.
 */
public final class AutoencoderKl extends Module implements Autoencoder {
  private final AutoencoderKlConfig config;
  private final KlEncoder encoder;
  private final KlDecoder decoder;
  private final SameConv2d toMoments;
  private final SameConv2d fromLatent;

  /** Builds the network with weights drawn from {@code rng}. */
  public AutoencoderKl(AutoencoderKlConfig config, Rng rng) {
    super("AutoencoderKl");
    this.config = config;
    int channels = config.latentChannels();
    encoder = register_module("encoder", new KlEncoder(config, rng));
    decoder = register_module("decoder", new KlDecoder(config, rng));
    toMoments =
        register_module("quant_conv", Layers.point(config.moments(), config.moments(), rng));
    fromLatent = register_module("post_quant_conv", Layers.point(channels, channels, rng));
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
  public AutoencoderKlConfig config() {
    return config;
  }

  /**
   * {@inheritDoc}
   *
   * @param signal (B, H, W, signal channels)
   * @throws kinetone.common.KinetoneException unless H and W are multiples of the factor
   */
  @Override
  public LatentDistribution distribution(Tensor signal) {
    Tensors.requireShape("signal", signal, -1, -1, -1, config.signalChannels());
    int factor = config.factor();
    Check.that(
        signal.size(1) % factor == 0 && signal.size(2) % factor == 0,
        "a signal of %d x %d does not fit the autoencoder; both sides must be multiples of %d",
        signal.size(1),
        signal.size(2),
        factor);
    return LatentDistribution.of(moments(signal), config.regularisation());
  }

  /** (B, h, w, moments). */
  private Tensor moments(Tensor signal) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor seen =
          signal.sub(new Scalar(config.signalMean())).div(new Scalar(config.signalDeviation()));
      Tensor moments = toMoments.forward(encoder.forward(unshuffled(channelsFirst(seen))));
      return scope.keep(channelsLast(moments));
    }
  }

  /**
   * {@inheritDoc}
   *
   * @param latent (B, h, w, C)
   * @return (B, h · factor, w · factor, signal channels)
   */
  @Override
  public Tensor decode(Tensor latent) {
    Tensors.requireShape("latent", latent, -1, -1, -1, config.latentChannels());
    try (TensorScope scope = TensorScope.open()) {
      Tensor seen =
          channelsLast(shuffled(decoder.forward(fromLatent.forward(channelsFirst(latent)))));
      Tensor scaled = seen.mul(new Scalar(config.signalDeviation()));
      return scope.keep(scaled.add(new Scalar(config.signalMean())));
    }
  }

  /** Squares become channels (Shi et al. 2016, backwards). */
  private Tensor unshuffled(Tensor x) {
    int stride = config.stride();
    return stride == 1 ? x : torch.pixel_unshuffle(x, stride).contiguous(MemoryFormat.ChannelsLast);
  }

  private Tensor shuffled(Tensor x) {
    int stride = config.stride();
    return stride == 1 ? x : torch.pixel_shuffle(x, stride);
  }

  /** A view: in memory, (B, H, W, C) is libtorch's channels_last. */
  private static Tensor channelsFirst(Tensor x) {
    return x.contiguous().permute(0, 3, 1, 2);
  }

  private static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 1).contiguous();
  }
}
