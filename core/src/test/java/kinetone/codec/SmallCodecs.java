package kinetone.codec;

import java.util.List;
import java.util.Optional;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.latent.kl.MelChannel;
import kinetone.latent.magvit2.CausalVideoConfig;
import kinetone.latent.magvit2.FrameNorm;
import kinetone.latent.opensora.OpenSoraConfig;
import kinetone.latent.opensora.TemporalConfig;
import kinetone.latent.soundstream.Activation;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.mel.MelFilterBank;
import kinetone.nn.conv.TimePadding;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.tensor.Rng;
import kinetone.vocoder.HiFiGan;
import kinetone.vocoder.HiFiGanConfig;

/** Codecs so small that tests with them are quick. */
final class SmallCodecs {
  /** 4 × 4 pixels and, after the first, 4 frames per latent. */
  static final CausalVideoConfig CAUSAL_VIDEO =
      new CausalVideoConfig(
          true,
          2,
          videoLevels(),
          videoLevels(),
          List.of(true, false),
          List.of(true, true),
          1,
          FrameNorm.Kind.CHANNEL,
          1,
          TimePadding.FIRST_FRAME,
          3,
          Regularisation.noise(1e-3, 0.03));

  /** 2 × 2 pixels per latent. */
  static final AutoencoderKlConfig PICTURES = autoencoder(3, true, Regularisation.kl(1e-6));

  /** 2 × 2 pixels per latent, chunks of 5 frames in 3 latents. */
  static final OpenSoraConfig OPEN_SORA =
      new OpenSoraConfig(
          PICTURES, 0.5, new TemporalConfig(3, List.of(4, 8), 1, List.of(true), 2, 3), 5, null);

  /** 8 samples per latent. */
  static final CausalAudioConfig CAUSAL_AUDIO =
      new CausalAudioConfig(
          10,
          true,
          2,
          3,
          audioLevels(),
          audioLevels(),
          List.of(4),
          List.of(1, 3),
          3,
          3,
          Activation.Kind.ELU,
          5,
          Regularisation.noise(1e-3, 0.03));

  /** 16 bands at a hop of 16, so 2 × 2 numbers and 32 samples per latent. */
  static final MelFrontEndConfig FRONT_END =
      frontEnd(
          new WaveformNormalisation(true, 0.5),
          LogCompression.NATURAL,
          MelFrontEndConfig.Ending.DROP_LAST_FRAME);

  /** The same bands, in [0, 1] as Diff-Foley has them. */
  static final MelFrontEndConfig PICTURE_FRONT_END =
      frontEnd(
          WaveformNormalisation.NONE,
          MelFrontEndConfig.DIFF_FOLEY.log(),
          MelFrontEndConfig.Ending.DROP_LAST_SAMPLE);

  static final MelCodecConfig MEL =
      new MelCodecConfig(autoencoder(1, false, Regularisation.kl(1e-6)), FRONT_END);

  static final HiFiGanConfig VOCODER =
      new HiFiGanConfig(16, 8, List.of(4, 4), List.of(8, 8), List.of(3), List.of(1, 3), 0.01);

  private SmallCodecs() {}

  static MelCodecConfig melPictures(MelChannel channel) {
    return new MelCodecConfig(
        autoencoder(3, false, Regularisation.kl(1e-6)), PICTURE_FRONT_END, channel);
  }

  static MelCodec withVocoder(MelCodecConfig config, Rng rng) {
    return new MelCodec(
        config,
        new AutoencoderKl(config.autoencoder(), rng),
        Optional.of(new HiFiGan(VOCODER, rng)));
  }

  static AutoencoderKlConfig autoencoder(
      int signalChannels, boolean midAttention, Regularisation regularisation) {
    return new AutoencoderKlConfig(
        signalChannels, List.of(4, 8), 1, midAttention, 2, 3, 0, 1, regularisation);
  }

  static MelFrontEndConfig frontEnd(
      WaveformNormalisation level, LogCompression log, MelFrontEndConfig.Ending ending) {
    return new MelFrontEndConfig(
        level,
        new MelSpectrogramConfig(StftConfig.of(64, 16), MelFilterBank.slaney(1600, 64, 16), 1),
        0,
        log,
        ending);
  }

  private static List<CausalVideoConfig.Level> videoLevels() {
    return List.of(
        new CausalVideoConfig.Level(8, 1),
        new CausalVideoConfig.Level(8, 1),
        new CausalVideoConfig.Level(8, 1));
  }

  private static List<CausalAudioConfig.Level> audioLevels() {
    return List.of(new CausalAudioConfig.Level(8, 1), new CausalAudioConfig.Level(8, 1));
  }
}
