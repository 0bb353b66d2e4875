package kinetone.exchange;

import java.util.List;
import kinetone.codec.MelCodecConfig;
import kinetone.feature.align.AlignmentConfig;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.mel.MelFilterBank;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.model.stdit.StDit3Config;
import kinetone.nn.Gelu;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;

/** Narrow networks for which public code gave weights and answers. */
final class NarrowConfigs {
  static final AutoencoderKlConfig PICTURE =
      new AutoencoderKlConfig(
          3, List.of(4, 8, 12, 12), 1, true, 4, 4, 0, 1, Regularisation.kl(1e-6));

  static final AutoencoderKlConfig MEL =
      new AutoencoderKlConfig(1, List.of(4, 8, 12), 2, true, 2, 3, 0, 1, Regularisation.kl(1e-6));

  static final MelCodecConfig MEL_CODEC = new MelCodecConfig(MEL, MelFrontEndConfig.AUDIO_LDM);

  static final MdsgenConfig MDSGEN = mdsgen(12, 8);

  /** Of {@code goldens/stdit3.py}, its public files. */
  static final StDit3Config STDIT = new StDit3Config(1, 24, 2, 2, 3, true, 10, 7);

  private NarrowConfigs() {}

  static MdsgenConfig mdsgen(int length, int frequencies) {
    return new MdsgenConfig(
        3,
        16,
        2,
        1,
        Gelu.TANH,
        20,
        new MdsgenConfig.Latent(length, frequencies, 2, 2, MdsgenConfig.Rows.TIME),
        new MdsgenConfig.Features(5, 12));
  }

  static VocoderFolder.Config vocoder(
      int bands, int channels, List<Integer> rates, List<Integer> upKernels) {
    HiFiGanConfig generator =
        new HiFiGanConfig(bands, channels, rates, upKernels, List.of(3, 7), List.of(1, 3, 5), 0.01);
    MelFrontEndConfig frontEnd =
        new MelFrontEndConfig(
            WaveformNormalisation.NONE,
            new MelSpectrogramConfig(
                StftConfig.of(1024, generator.hop()), MelFilterBank.slaney(16000, 1024, bands), 1),
            0,
            LogCompression.NATURAL,
            MelFrontEndConfig.Ending.ALL_FRAMES);
    return new VocoderFolder.Config(generator, frontEnd);
  }

  /** Of {@code goldens/cavp.py}. */
  static final AlignmentConfig ALIGN =
      new AlignmentConfig(4, 8, List.of(1, 2, 2), List.of(false, true, true), 2, 4, 5, 6, 7);
}
