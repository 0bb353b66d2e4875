package kinetone.spectral;

import kinetone.common.Check;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;

/**
 * From sound to the log-mel spectrogram that a network sees.
 *
 * @param waveform what happens to the sound before
 * @param spectrum transform, filters and power
 * @param powerEpsilon added to |X|², so that gradients stay finite in silence; 0 where nothing is
 *     differentiated
 * @param log the logarithm
 * @param ending which frames there are at the end
 */
public record MelFrontEndConfig(
    WaveformNormalisation waveform,
    MelSpectrogramConfig spectrum,
    double powerEpsilon,
    LogCompression log,
    Ending ending) {
  /** Centred transforms have one frame more than whole hops; what becomes of it. */
  public enum Ending {
    /** It stays. */
    ALL_FRAMES,
    /** It is cut off: ⌊samples / hop⌋ frames. */
    DROP_LAST_FRAME,
    /** The last sample is cut off before the transform: ⌈samples / hop⌉ frames. */
    DROP_LAST_SAMPLE
  }

  /**
   * Diff-Foley's and the MDSGen paper's: 16 kHz, 1024/256, 128 Slaney bands from 125 to 7600 Hz,
   * (20 log₁₀ max(x, 1e-5) − 20 + 100) / 100 in [0, 1] (luosiallen/Diff-Foley, {@code
   * data_preprocess/wav2spec.py}). The ends are mirrored, as in the librosa 0.8.0 it asks for; from
   * 0.9 on librosa pads with zeros. 160000 samples give 625 frames.
   */
  public static final MelFrontEndConfig DIFF_FOLEY =
      new MelFrontEndConfig(
          WaveformNormalisation.NONE,
          new MelSpectrogramConfig(
              StftConfig.of(1024, 256),
              new MelFilterBank(
                  16000, 1024, 128, 125, 7600, MelScale.SLANEY, MelFilterBank.Norm.AREA),
              1),
          0,
          new LogCompression(LogCompression.Base.TEN, 1e-5, 0.2, 0.8, true),
          Ending.DROP_LAST_SAMPLE);

  /**
   * AudioLDM's: 16 kHz, mean 0, peak 0.5, 1024/160, 64 Slaney bands from 0 to 8000 Hz, ln max(x,
   * 1e-5) (haoheliu/AudioLDM, {@code audio/stft.py} and {@code audio/tools.py}). 130560 samples
   * give 816 frames.
   */
  public static final MelFrontEndConfig AUDIO_LDM =
      new MelFrontEndConfig(
          new WaveformNormalisation(true, 0.5),
          new MelSpectrogramConfig(
              StftConfig.of(1024, 160), MelFilterBank.slaney(16000, 1024, 64), 1),
          0,
          LogCompression.NATURAL,
          Ending.DROP_LAST_FRAME);

  /**
   * PANNs' at 16 kHz: mean 0, 512/160, 64 Slaney bands from 50 to 8000 Hz, decibels of the power
   * from -100 on (qiuqiangkong/torchlibrosa, {@code stft.py}; audioldm_eval takes the mean away).
   */
  public static final MelFrontEndConfig PANNS =
      new MelFrontEndConfig(
          new WaveformNormalisation(true, 0),
          new MelSpectrogramConfig(
              StftConfig.of(512, 160),
              new MelFilterBank(16000, 512, 64, 50, 8000, MelScale.SLANEY, MelFilterBank.Norm.AREA),
              2),
          0,
          new LogCompression(LogCompression.Base.TEN, 1e-10, 10, 0, false),
          Ending.ALL_FRAMES);

  /**
   * SpecVQGAN's, which Melception sees: 22.05 kHz, 1024/256, 80 Slaney bands from 125 to 7600 Hz,
   * Diff-Foley's logarithm in [0, 1] (v-iashin/SpecVQGAN, {@code extract_mel_spectrogram.py}). The
   * ends are mirrored, as in the librosa of its day.
   */
  public static final MelFrontEndConfig SPEC_VQGAN =
      new MelFrontEndConfig(
          WaveformNormalisation.NONE,
          new MelSpectrogramConfig(
              StftConfig.of(1024, 256),
              new MelFilterBank(
                  22050, 1024, 80, 125, 7600, MelScale.SLANEY, MelFilterBank.Norm.AREA),
              1),
          0,
          new LogCompression(LogCompression.Base.TEN, 1e-5, 0.2, 0.8, true),
          Ending.ALL_FRAMES);

  /** Checks that all is there. */
  public MelFrontEndConfig {
    Check.that(waveform != null, "waveform is missing");
    Check.that(spectrum != null, "spectrum is missing");
    Check.that(log != null, "log is missing");
    Check.that(ending != null, "ending is missing");
    Check.atLeast("powerEpsilon", powerEpsilon, 0);
    Check.that(
        ending == Ending.ALL_FRAMES || spectrum.stft().padding().centred(),
        "ending = %s, must be ALL_FRAMES for padding %s",
        ending,
        spectrum.stft().padding());
  }

  /**
   * The same bands in the framing of HiFi-GAN's mel loss: frames centred on the middles of hops,
   * 1e-9 under the root (Kong et al. 2020; jik876/hifi-gan, {@code meldataset.py}).
   */
  public MelFrontEndConfig forLoss() {
    StftConfig stft = spectrum.stft();
    return new MelFrontEndConfig(
        WaveformNormalisation.NONE,
        new MelSpectrogramConfig(
            new StftConfig(
                stft.fftLength(),
                stft.windowLength(),
                stft.hop(),
                StftConfig.Padding.REFLECT_WHOLE_HOPS),
            spectrum.mel(),
            spectrum.power()),
        1e-9,
        log,
        Ending.ALL_FRAMES);
  }

  /** Samples from frame to frame. */
  public int hop() {
    return spectrum.stft().hop();
  }

  /** Mel bands. */
  public int bands() {
    return spectrum.mel().bands();
  }

  /** Samples per second, Hz. */
  public int sampleRate() {
    return spectrum.mel().sampleRate();
  }

  /** Frames of a sound of {@code samples}. */
  public long frames(long samples) {
    return switch (ending) {
      case ALL_FRAMES -> spectrum.stft().frames(samples);
      case DROP_LAST_FRAME -> spectrum.stft().frames(samples) - 1;
      case DROP_LAST_SAMPLE -> spectrum.stft().frames(samples - 1);
    };
  }
}
