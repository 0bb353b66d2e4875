package kinetone.spectral;

import kinetone.common.Check;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * From sound to the log-mel spectrogram that a network sees; differentiable. The level of the sound
 * is a step of its own: {@code logMel(normalise(sound))} or {@code logMel(fit(sound, samples))}.
 * Holds filters, so make it outside of scopes.
 */
public final class MelFrontEnd implements AutoCloseable {
  private final MelFrontEndConfig config;
  private final MelSpectrogram spectrogram;

  /** Computes the filters. */
  public MelFrontEnd(MelFrontEndConfig config) {
    this.config = config;
    spectrogram = new MelSpectrogram(config.spectrum());
  }

  /** The configuration. */
  public MelFrontEndConfig config() {
    return config;
  }

  /** Sound (B, samples) at the level this front end expects, each example for itself. */
  public Tensor normalise(Tensor waveform) {
    return config.waveform().apply(waveform);
  }

  /** Sound (B, any) at the expected level, cut or padded with silence to (B, samples). */
  public Tensor fit(Tensor waveform, long samples) {
    return config.waveform().fit(waveform, samples);
  }

  /** The log-mel spectrogram (B, frames, bands) of sound (B, samples). */
  public Tensor logMel(Tensor waveform) {
    Tensors.requireShape("sound", waveform, -1, -1);
    long samples = waveform.size(1);
    Check.that(
        samples > config.spectrum().stft().fftLength() / 2,
        "a sound of %d samples is too short for a mel spectrogram, it needs more than %d",
        samples,
        config.spectrum().stft().fftLength() / 2);
    Tensor seen =
        config.ending() == MelFrontEndConfig.Ending.DROP_LAST_SAMPLE
            ? waveform.narrow(1, 0, samples - 1)
            : waveform;
    Tensor mel = spectrogram.of(seen, config.powerEpsilon());
    return config.log().apply(mel.narrow(1, 0, config.frames(samples)));
  }

  /**
   * The piece of a log-mel spectrogram (B, frames, bands) that belongs to {@code samples} samples
   * from sample {@code start} on, both rounded down to whole hops: 131072 samples at a hop of 256
   * are 512 frames.
   */
  public Tensor crop(Tensor logMel, long start, long samples) {
    return logMel.narrow(1, start / config.hop(), samples / config.hop());
  }

  @Override
  public void close() {
    spectrogram.close();
  }
}
