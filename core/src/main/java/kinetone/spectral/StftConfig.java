package kinetone.spectral;

import kinetone.common.Check;

/**
 * A short-time Fourier transform with a periodic Hann window.
 *
 * @param fftLength samples per transform
 * @param windowLength samples of the window, centred in the transform
 * @param hop samples from frame to frame
 * @param padding what is seen beyond the ends
 */
public record StftConfig(int fftLength, int windowLength, int hop, Padding padding) {
  /** What the frames see beyond the ends of the signal. */
  public enum Padding {
    /** Nothing: frames start at the first sample; 1 + (samples − fftLength) / hop frames. */
    NONE(""),
    /** Mirrored signal, fftLength / 2 on each side; frame j is centred on sample j · hop. */
    REFLECT("reflect"),
    /**
     * Mirrored signal, (fftLength − hop) / 2 on each side, so that k · hop samples give k frames
     * and frame j is centred on the middle of its hop; the framing of HiFi-GAN's losses.
     */
    REFLECT_WHOLE_HOPS(""),
    /** Zeros, fftLength / 2 on each side; frame j is centred on sample j · hop. */
    ZEROS("constant");

    private final String torchName;

    Padding(String torchName) {
      this.torchName = torchName;
    }

    String torchName() {
      return torchName;
    }

    /** Whether frame j is centred on sample j · hop. */
    boolean centred() {
      return this == REFLECT || this == ZEROS;
    }
  }

  /** Checks the ranges. */
  public StftConfig {
    Check.atLeast("fftLength", fftLength, 2);
    Check.within("windowLength", windowLength, 1, fftLength);
    Check.atLeast("hop", hop, 1);
  }

  /** Bins from 0 Hz to half the sample rate, fftLength / 2 + 1. */
  public int bins() {
    return fftLength / 2 + 1;
  }

  /** Frames of a signal of {@code samples}. */
  public long frames(long samples) {
    return switch (padding) {
      case REFLECT, ZEROS -> 1 + samples / hop;
      case NONE -> 1 + (samples - fftLength) / hop;
      case REFLECT_WHOLE_HOPS -> 1 + (samples + 2L * hopPadding() - fftLength) / hop;
    };
  }

  /** Samples mirrored on each side by {@link Padding#REFLECT_WHOLE_HOPS}. */
  int hopPadding() {
    return (fftLength - hop) / 2;
  }

  /** Window as long as the transform, reflected ends. */
  public static StftConfig of(int fftLength, int hop) {
    return new StftConfig(fftLength, fftLength, hop, Padding.REFLECT);
  }
}
