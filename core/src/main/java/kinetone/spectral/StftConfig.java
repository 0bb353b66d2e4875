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
    /** Zeros, fftLength / 2 on each side; frame j is centred on sample j · hop. */
    ZEROS("constant");

    private final String torchName;

    Padding(String torchName) {
      this.torchName = torchName;
    }

    String torchName() {
      return torchName;
    }
  }

  /** Checks the ranges. */
  public StftConfig {
    Check.atLeast("fftLength", fftLength, 2);
    Check.within("windowLength", windowLength, 1, fftLength);
    Check.atLeast("hop", hop, 1);
  }

  /** Window as long as the transform, reflected ends. */
  public static StftConfig of(int fftLength, int hop) {
    return new StftConfig(fftLength, fftLength, hop, Padding.REFLECT);
  }
}
