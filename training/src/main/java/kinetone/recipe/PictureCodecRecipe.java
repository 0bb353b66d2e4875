package kinetone.recipe;

import kinetone.codec.FramewiseCodec;
import kinetone.common.Check;
import kinetone.latent.Autoencoder;
import kinetone.latent.LatentDistribution;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.VideoLossConfig;
import kinetone.media.ClipFormat;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Training of a codec of single pictures, such as Stable Diffusion's autoencoder, on the frames of
 * clips. Few frames far apart in time ({@code format}) make a batch of many different pictures.
 *
 * @param data where clips come from; only their pictures are used
 * @param format what they are resampled to
 * @param model the network
 * @param batch clips per micro batch
 * @param loss weights of the reconstruction losses
 * @param adversarial a game against a discriminator; none when absent
 * @param samples pictures of held-out clips beside what the codec makes of them; none when absent
 * @param trainer the trainer's settings
 */
public record PictureCodecRecipe(
    DataConfig data,
    ClipFormat format,
    AutoencoderKlConfig model,
    int batch,
    VideoLossConfig loss,
    AdversarialObjective.Config adversarial,
    Samples samples,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks that pictures and network fit together. */
  public PictureCodecRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("model", model);
    Recipe.require("loss", loss);
    Recipe.require("trainer", trainer);
    FramewiseCodec.requirePictures(model);
    Check.divisible("format.width", format.width(), "pixels per latent", model.factor());
    Check.divisible("format.height", format.height(), "pixels per latent", model.factor());
    Recipe.requireBatch(batch, 1, format.tensorBytes());
    Samples.requireNoSteps(samples);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    AutoencoderKl network = new AutoencoderKl(model, rng);
    return new CodecTask(
        CodecTask.Subject.of(
            new CodecSignal.Video(),
            FramewiseCodec.FORMAT,
            new Frames(network, format.frames()),
            new FramewiseCodec(network),
            null),
        loss.terms(rng, device),
        CodecTask.Opponent.ofPictures(adversarial, rng),
        new CodecTask.Clips(data, format, batch, 0),
        samples,
        trainer,
        device);
  }

  /**
   * The network on clips (B, T, H, W, 3), whose frames are (B · T) pictures to it.
   *
   * @param pictures codes single pictures
   * @param frames T
   */
  private record Frames(AutoencoderKl pictures, int frames) implements Autoencoder {
    @Override
    public Module module() {
      return pictures;
    }

    @Override
    public LatentDistribution distribution(Tensor signal) {
      return pictures.distribution(signal.flatten(0, 1));
    }

    @Override
    public Tensor decode(Tensor latent) {
      return pictures.decode(latent).unflatten(0, -1, frames);
    }

    @Override
    public int latentChannels() {
      return pictures.latentChannels();
    }
  }
}
