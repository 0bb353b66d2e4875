package kinetone.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.latent.Codec;
import kinetone.latent.CodecFolder;
import kinetone.latent.LatentStatistics;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.CopiedMelCodec;
import kinetone.spectral.MelInverse;
import kinetone.tensor.Rng;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * From latents of spectrograms to sound: a decoder, then a vocoder where the model has one, or
 * Griffin and Lim's algorithm. Make it outside of scopes.
 */
final class MelVoice implements AutoCloseable {
  private final Spectrogram spectrogram;
  private final Codec codec;
  private final int factor;
  private final LatentStatistics statistics;
  private final Optional<HiFiGan> vocoder;
  private final MelInverse inverse;

  /** Reads the codec and, if it is there, the vocoder of the model in {@code folder}. */
  MelVoice(Path folder, Spectrogram spectrogram, Device device) {
    this.spectrogram = spectrogram;
    CodecFolder.Loaded<AutoencoderKl> loaded =
        CodecFolder.load(folder.resolve(ModelIndex.MEL_CODEC), AutoencoderKl.FORMAT);
    AutoencoderKlConfig config = loaded.codec().config();
    Check.that(
        spectrogram.channel() != null || config.signalChannels() == 1,
        "%s: the codec is one of pictures with %d channels; model_index.json must say which of them"
            + " is the spectrogram ('spectrogram.channel')",
        folder,
        config.signalChannels());
    factor = config.factor();
    statistics = loaded.statistics();
    codec =
        spectrogram.channel() == null
            ? loaded.codec()
            : new CopiedMelCodec(loaded.codec(), spectrogram.channel());
    vocoder = vocoder(folder.resolve(ModelIndex.VOCODER));
    inverse = new MelInverse(spectrogram.frontEnd(), MelInverse.Config.DEFAULT);
    modules()
        .forEach(
            module -> {
              module.to(device, false);
              module.eval();
            });
  }

  private Optional<HiFiGan> vocoder(Path folder) {
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    VocoderFolder.Loaded loaded = VocoderFolder.load(folder);
    Check.that(
        loaded.frontEnd().equals(spectrogram.frontEnd()),
        "%s was trained on other spectrograms than the model's; the parts are from different"
            + " models",
        folder);
    return Optional.of(loaded.generator());
  }

  private List<Module> modules() {
    return vocoder
        .<List<Module>>map(v -> List.of(codec.module(), v))
        .orElseGet(() -> List.of(codec.module()));
  }

  /** Channels of the latents. */
  int channels() {
    return statistics.channels();
  }

  /** Bands of the spectrogram behind one position in frequency of the latents. */
  int factor() {
    return factor;
  }

  /**
   * Log-mel spectrogram (B, frames, bands) of standardised latents (B, L, F, C) with time first.
   */
  Tensor logMel(Tensor latents) {
    Tensor raw = statistics.restore(latents);
    if (spectrogram.channel() == null) {
      return codec.decode(raw).squeeze(-1);
    }
    return codec.decode(raw.transpose(1, 2)).squeeze(-1).transpose(1, 2);
  }

  /**
   * Sound (B, samples). The last frame is held where the spectrogram is shorter.
   *
   * @param rng draws the first phases where there is no vocoder
   */
  Tensor sound(Tensor logMel, int samples, Rng rng) {
    int hop = spectrogram.frontEnd().hop();
    // One frame more: Griffin and Lim's sound ends in the middle of the last.
    long missing = (samples + hop - 1) / hop + 1 - logMel.size(1);
    Tensor whole = logMel;
    if (missing > 0) {
      Tensor last = logMel.narrow(1, logMel.size(1) - 1, 1);
      whole = torch.cat(new TensorVector(logMel, last.repeat(1, missing, 1)), 1);
    }
    Tensor sound = vocoder.isPresent() ? vocoder.get().forward(whole) : inverse.sound(whole, rng);
    return sound.narrow(1, 0, samples);
  }

  @Override
  public void close() {
    inverse.close();
    modules().forEach(Pointer::close);
  }
}
