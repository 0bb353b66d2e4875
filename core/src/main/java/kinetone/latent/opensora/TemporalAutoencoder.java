package kinetone.latent.opensora;

import kinetone.nn.conv.TimePadding;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** The autoencoder over time ({@code VAE_Temporal}), on one chunk. */
final class TemporalAutoencoder extends Module {
  private final TemporalConfig config;
  private final TemporalEncoder encoder;
  private final TemporalDecoder decoder;
  private final TimeConv toMoments;
  private final TimeConv fromLatent;

  TemporalAutoencoder(TemporalConfig config, Rng rng) {
    super("VAE_Temporal");
    this.config = config;
    int channels = config.latentChannels();
    encoder = register_module("encoder", new TemporalEncoder(config, rng));
    toMoments = register_module("quant_conv", TimeConv.cube(2 * channels, 2 * channels, 1, rng));
    fromLatent = register_module("post_quant_conv", TimeConv.cube(channels, channels, 1, rng));
    decoder = register_module("decoder", new TemporalDecoder(config, rng));
  }

  /**
   * Moments (B, ⌈T/f⌉, h, w, 2C) of the latents of pictures (B, T, h, w, c), with zeros before them
   * up to a multiple of f.
   */
  Tensor moments(Tensor pictures) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor padded = TimePadding.ZEROS.pad(pictures, 1, missing(pictures.size(1)));
      Tensor moments = toMoments.forward(encoder.forward(channelsFirst(padded)));
      return scope.keep(channelsLast(moments));
    }
  }

  /** The latents of {@code frames} pictures, (B, frames, h, w, c), of (B, ⌈frames/f⌉, h, w, C). */
  Tensor decode(Tensor latent, long frames) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor pictures = channelsLast(decoder.forward(fromLatent.forward(channelsFirst(latent))));
      return scope.keep(pictures.narrow(1, missing(frames), frames));
    }
  }

  /** Frames to the next multiple of f. */
  private long missing(long frames) {
    return Math.floorMod(-frames, config.timeFactor());
  }

  /** A view: in memory, (B, T, H, W, C) is libtorch's channels_last_3d. */
  private static Tensor channelsFirst(Tensor x) {
    return x.contiguous().permute(0, 4, 1, 2, 3);
  }

  private static Tensor channelsLast(Tensor x) {
    return x.permute(0, 2, 3, 4, 1).contiguous();
  }
}
