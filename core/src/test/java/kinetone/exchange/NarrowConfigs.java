package kinetone.exchange;

import java.util.List;
import kinetone.feature.cavp.CavpConfig;
import kinetone.feature.cavp.Cnn14Config;
import kinetone.feature.cavp.ResNet3dConfig;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.nn.Gelu;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFilterBank;
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

  static final MdsgenConfig MDSGEN = mdsgen(12, 8);

  static final CavpConfig CAVP =
      new CavpConfig(
          40,
          4,
          12,
          new ResNet3dConfig(4, List.of(1, 2, 2, 1), List.of(false, false, true, true), 1, 7, true),
          new Cnn14Config(
              64,
              List.of(
                  new Cnn14Config.Level(2, 2, 2),
                  new Cnn14Config.Level(3, 2, 2),
                  new Cnn14Config.Level(4, 2, 2),
                  new Cnn14Config.Level(6, 2, 2),
                  new Cnn14Config.Level(8, 1, 2),
                  new Cnn14Config.Level(10, 1, 1)),
              0.2));

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
}
