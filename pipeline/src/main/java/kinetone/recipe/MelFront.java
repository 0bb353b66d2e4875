package kinetone.recipe;

import kinetone.spectral.MelFilterBank;
import kinetone.spectral.MelSpectrogram;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/** The spectrograms a mel codec can be trained on. */
public enum MelFront {
  /**
   * AudioLDM's: 16 kHz, mean 0 and peak 0.5, windows of 1024 and hops of 160 samples, magnitudes in
   * 64 Slaney bands from 0 to 8000 Hz, ln max(x, 1e-5).
   */
  AUDIOLDM(16000, 160, 64) {
    @Override
    LogMel open() {
      MelSpectrogram spectrogram =
          new MelSpectrogram(
              new MelSpectrogramConfig(
                  StftConfig.of(1024, hop()),
                  MelFilterBank.slaney(sampleRate(), 1024, bands()),
                  1));
      return new LogMel() {
        @Override
        public Tensor of(Tensor sound) {
          Tensor centred = sound.sub(sound.mean(new long[] {1}, true, new ScalarTypeOptional()));
          Tensor peak = centred.abs().amax(new long[] {1}, true);
          Tensor level = centred.div(peak.add(new Scalar(1e-8))).mul(new Scalar(0.5));
          Tensor mel = spectrogram.of(level).narrow(1, 0, sound.size(1) / hop());
          return mel.clamp_min(new Scalar(1e-5)).log();
        }

        @Override
        public void close() {
          spectrogram.close();
        }
      };
    }
  };

  private final int sampleRate;
  private final int hop;
  private final int bands;

  MelFront(int sampleRate, int hop, int bands) {
    this.sampleRate = sampleRate;
    this.hop = hop;
    this.bands = bands;
  }

  abstract LogMel open();

  /** Hz. */
  public int sampleRate() {
    return sampleRate;
  }

  /** Samples from frame to frame. */
  public int hop() {
    return hop;
  }

  /** Mel bands. */
  public int bands() {
    return bands;
  }
}
