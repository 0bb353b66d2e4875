package kinetone.codec;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kinetone.common.Check;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * An autoencoder of single pictures applied to every frame, such as Stable Diffusion's (AV-DiT):
 * (B, T, H, W, 3) to (B, T, H/f, W/f, C). Clips are coded one after the other, which bounds memory.
 */
public final class FramewiseCodec implements VideoCodec {
  /** How it is kept on disk. */
  public static final CodecFormat<AutoencoderKlConfig, FramewiseCodec> FORMAT =
      new CodecFormat<>(
          "AutoencoderKL",
          AutoencoderKlConfig.class,
          FramewiseCodec::layout,
          (config, rng) -> new FramewiseCodec(new AutoencoderKl(config, rng)),
          codec -> codec.network.config());

  private final AutoencoderKl network;

  /** A codec with the weights of {@code network}, which it owns. */
  public FramewiseCodec(AutoencoderKl network) {
    requirePictures(network.config());
    this.network = network;
  }

  /**
   * Requires that {@code config} is for pictures.
   *
   * @throws kinetone.common.KinetoneException when it is not, with a hint at {@link MelCodec}
   */
  public static void requirePictures(AutoencoderKlConfig config) {
    Check.that(
        config.signalChannels() == 3,
        "an autoencoder of %d channels is none of pictures; spectrograms want a MelCodec, which knows"
            + " how they are made",
        config.signalChannels());
  }

  private static VideoLayout layout(AutoencoderKlConfig config) {
    requirePictures(config);
    return new VideoLayout(new TimeLayout.Blocks(1), config.factor(), config.latentChannels());
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
    return clips(signal, network::encode);
  }

  @Override
  public Tensor decode(Tensor latent, long length, Rng rng) {
    layout().requireReach(latent.size(1), length);
    return clips(latent.narrow(1, 0, length), network::decode);
  }

  private static Tensor clips(Tensor batch, UnaryOperator<Tensor> frames) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> clips = new ArrayList<>();
      for (long b = 0; b < batch.size(0); b++) {
        try (TensorScope one = TensorScope.open()) {
          clips.add(one.keep(frames.apply(batch.select(0, b))));
        }
      }
      return scope.keep(torch.stack(new TensorVector(clips.toArray(Tensor[]::new)), 0));
    }
  }
}
