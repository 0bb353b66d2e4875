package kinetone.recipe;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.latent.CodecFolder;
import kinetone.latent.loss.CodecObjective;
import kinetone.latent.loss.ElementLoss;
import kinetone.latent.loss.SpectralLoss;
import kinetone.latent.loss.SpectralLossConfig;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.media.ClipFormat;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Training of the sound codec.
 *
 * @param data where clips come from
 * @param format what they are resampled to
 * @param model the network
 * @param batch clips per micro batch
 * @param waveform weight of the mean absolute error of samples
 * @param spectral multi-scale spectral losses, added up
 * @param trainer the trainer's settings
 */
public record AudioCodecRecipe(
    DataConfig data,
    ClipFormat format,
    CausalAudioConfig model,
    int batch,
    double waveform,
    List<SpectralLossConfig> spectral,
    TrainerConfig trainer)
    implements Recipe {
  /** Checks the batch. */
  public AudioCodecRecipe {
    Check.atLeast("batch", batch, 1);
    spectral = List.copyOf(spectral);
  }

  @Override
  public RecipeTask build(Rng rng, Device device) {
    CausalAudioAutoencoder codec = new CausalAudioAutoencoder(model, rng);
    codec.module().to(device, false);
    List<CodecObjective.Term> terms = new ArrayList<>();
    if (waveform > 0) {
      terms.add(new CodecObjective.Term("waveform", waveform, ElementLoss.L1));
    }
    for (SpectralLossConfig config : spectral) {
      String name = config.melBands() > 0 ? "mel" : "stft";
      terms.add(new CodecObjective.Term(name, 1, new SpectralLoss(config)));
    }
    return new CodecTask(
        CodecTask.Signal.AUDIO,
        codec,
        (folder, statistics) ->
            CodecFolder.save(
                folder, CausalAudioAutoencoder.FORMAT, codec, statistics, ScalarType.Half),
        new CodecObjective(codec, terms),
        data,
        format,
        batch,
        trainer,
        device);
  }
}
