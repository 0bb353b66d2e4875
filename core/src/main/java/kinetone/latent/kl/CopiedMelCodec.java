package kinetone.latent.kl;

import kinetone.common.Check;
import kinetone.latent.Codec;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * An autoencoder of pictures as a codec of mel spectrograms (B, bands, frames, 1) in [0, 1], as
 * Diff-Foley and the paper's MDSGen use Stable Diffusion's: three copies in, one channel out. They
 * do not move the spectrogram to [−1, 1], the range of pictures, and neither does this.
 */
public final class CopiedMelCodec implements Codec {
  private final AutoencoderKl pictures;
  private final MelChannel channel;

  /** Decodes to {@code channel} of {@code pictures}. */
  public CopiedMelCodec(AutoencoderKl pictures, MelChannel channel) {
    Check.that(
        pictures.config().signalChannels() == 3,
        "copied spectrograms need an autoencoder of 3 channels, this one has %d",
        pictures.config().signalChannels());
    this.pictures = pictures;
    this.channel = channel;
  }

  @Override
  public Module module() {
    return pictures.module();
  }

  @Override
  public Tensor encode(Tensor signal) {
    return pictures.encode(MelChannel.copied(signal));
  }

  @Override
  public Tensor decode(Tensor latent) {
    return channel.of(pictures.decode(latent));
  }

  @Override
  public int latentChannels() {
    return pictures.latentChannels();
  }
}
