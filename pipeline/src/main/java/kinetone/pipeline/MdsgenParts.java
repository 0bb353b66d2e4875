package kinetone.pipeline;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.CavpFolder;
import kinetone.latent.CodecFolder;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.media.ClipFormat;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.vocoder.VocoderFolder;

/**
 * The components of an MDSGen model whose codec is one of mel spectrograms. The spectrograms are
 * the vocoder's, without a vocoder AudioLDM's. Of CAVP only the network for pictures is kept.
 *
 * @param denoiser folder of MDSGen
 * @param melCodec folder of the codec
 * @param cavp folder of the network for picture features
 * @param vocoder folder of the vocoder
 * @param align folder of the classifier of alignment for guidance
 */
public record MdsgenParts(
    Path denoiser, Path melCodec, Path cavp, Optional<Path> vocoder, Optional<Path> align)
    implements ModelParts {
  @Override
  public String system() {
    return MdsgenPipeline.SYSTEM;
  }

  @Override
  public ModelIndex.Defaults defaults() {
    return new ModelIndex.Defaults(25, 3, SamplerChoice.DPMPP, 0);
  }

  @Override
  public ClipFormat format(AskedFormat asked) {
    ComponentFolder.requireType(denoiser, Mdsgen.TYPE);
    ComponentFolder.requireType(cavp, CavpFolder.TYPE);
    MdsgenConfig network = ComponentFolder.config(denoiser, MdsgenConfig.class);
    CavpConfig features = ComponentFolder.config(cavp, CavpConfig.class);
    AutoencoderKlConfig codec = CodecFolder.config(melCodec, AutoencoderKl.FORMAT);
    MelFrontEndConfig mel = frontEnd();
    MdsgenConfig.Latent latent = network.latent();
    Check.that(
        codec.signalChannels() == 1 && latent.frequencies() * codec.factor() == mel.bands(),
        "%s codes %d channels at %d bands per latent, but the denoiser has %d latents for one"
            + " channel of %d bands; the parts are from different models",
        melCodec,
        codec.signalChannels(),
        codec.factor(),
        latent.frequencies(),
        mel.bands());
    return asked.withSound(
        features.size(),
        features.size(),
        network.features().frames(),
        asked.agreedFramesPerSecond(features.framesPerSecond()),
        asked.agreedSampleRate(mel.sampleRate()),
        new AskedFormat.SoundLatent(
            latent.length(),
            codec.factor() * mel.hop(),
            samples -> Math.toIntExact(mel.frames(samples) / codec.factor())));
  }

  private MelFrontEndConfig frontEnd() {
    if (vocoder.isEmpty()) {
      return MelFrontEndConfig.AUDIO_LDM;
    }
    ComponentFolder.requireType(vocoder.get(), VocoderFolder.TYPE);
    return ComponentFolder.config(vocoder.get(), VocoderFolder.Config.class).frontEnd();
  }

  @Override
  public Optional<Spectrogram> spectrogram() {
    return Optional.of(new Spectrogram(frontEnd(), null));
  }

  @Override
  public void copy(Path model) {
    ComponentFolder.copy(denoiser, model.resolve(ModelIndex.DENOISER));
    ComponentFolder.copy(melCodec, model.resolve(ModelIndex.MEL_CODEC));
    try (Cavp network = CavpFolder.load(cavp)) {
      CavpFolder.savePictures(model.resolve(ModelIndex.CAVP), network, ComponentFolder.dtype(cavp));
    }
    vocoder.ifPresent(folder -> ComponentFolder.copy(folder, model.resolve(ModelIndex.VOCODER)));
    align.ifPresent(folder -> ComponentFolder.copy(folder, model.resolve(ModelIndex.ALIGN)));
  }
}
