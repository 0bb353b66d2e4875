package kinetone.recipe;

import java.util.List;
import java.util.Optional;
import kinetone.codec.CausalAudioCodec;
import kinetone.common.Check;
import kinetone.latent.GainShape;
import kinetone.latent.loss.AdversarialObjective;
import kinetone.latent.loss.AudioLossConfig;
import kinetone.latent.loss.Discriminators;
import kinetone.latent.loss.StftDiscriminator;
import kinetone.latent.loss.WaveformDiscriminator;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.media.ClipFormat;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/**
 * Training of the sound codec.
 *
 * @param data where clips come from
 * @param format what they are resampled to
 * @param model the network
 * @param gainShape how the latents are split for diffusion; as they are when absent
 * @param batch clips per micro batch
 * @param crop samples of the random piece of each clip that a step sees; 0 for whole clips
 * @param loss weights of the reconstruction losses
 * @param adversarial a game against a discriminator; none when absent
 * @param samples pictures of held-out clips beside what the codec makes of them; none when absent
 * @param trainer the trainer's settings
 */
public record AudioCodecRecipe(
    DataConfig data,
    ClipFormat format,
    CausalAudioConfig model,
    GainShape gainShape,
    int batch,
    int crop,
    AudioLossConfig loss,
    AdversarialObjective.Config adversarial,
    Samples samples,
    TrainerConfig trainer)
    implements Recipe {
  private static final List<Integer> DISCRIMINATOR_CHANNELS = List.of(32, 64, 128);
  private static final int WAVEFORM_SCALES = 3;
  private static final StftConfig DISCRIMINATOR_STFT = StftConfig.of(1024, 256);

  /** Checks the batch. */
  public AudioCodecRecipe {
    Recipe.require("data", data);
    Recipe.require("format", format);
    Recipe.require("model", model);
    Recipe.require("loss", loss);
    Recipe.require("trainer", trainer);
    Recipe.requireBatch(batch, 1, format.tensorBytes());
    Samples.requireNoSteps(samples);
    Check.within("crop", crop, 0, format.samples());
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    CausalAudioAutoencoder network = new CausalAudioAutoencoder(model, rng);
    return new CodecTask(
        CodecTask.Subject.of(
            new CodecSignal.Audio(format.samples()),
            CausalAudioCodec.FORMAT,
            network,
            new CausalAudioCodec(network),
            gainShape),
        loss.terms(rng, device),
        Optional.ofNullable(adversarial).map(game -> opponent(game, rng)),
        new CodecTask.Clips(data, format, batch, crop),
        samples,
        trainer,
        device);
  }

  private static CodecTask.Opponent opponent(AdversarialObjective.Config game, Rng rng) {
    return new CodecTask.Opponent(
        new Discriminators(
            List.of(
                new WaveformDiscriminator(DISCRIMINATOR_CHANNELS, WAVEFORM_SCALES, rng),
                new StftDiscriminator(DISCRIMINATOR_STFT, DISCRIMINATOR_CHANNELS, rng))),
        game);
  }
}
