package kinetone.media;

/** Which picture of a file stands for the k-th of a constant rate. */
public enum FrameChoice {
  /** The last one whose time stamp is not after k / rate: what a player shows at that instant. */
  AT_OR_BEFORE {
    @Override
    long frames(double seconds, double rate) {
      return (long) Math.ceil(seconds * rate - FORGIVEN);
    }

    @Override
    double end(long k, double rate, double tolerance) {
      return k / rate + tolerance;
    }
  },
  /**
   * The last one whose time stamp, in units of 1 / rate, rounds to k or less, so that pictures are
   * up to half a unit later: FFmpeg's {@code fps} filter. What is prepared with that learned it so.
   */
  NEAREST {
    @Override
    long frames(double seconds, double rate) {
      return (long) Math.floor(seconds * rate + 0.5 + FORGIVEN);
    }

    @Override
    double end(long k, double rate, double tolerance) {
      // A stamp in the very middle, as every third of 24 Hz is at 4 Hz, rounds up to k + 1.
      return (k + 0.5) / rate - FORGIVEN;
    }
  };

  private static final double FORGIVEN = 1e-6;

  /** How many pictures at {@code rate} Hz stand for {@code seconds} seconds. */
  abstract long frames(double seconds, double rate);

  /**
   * Seconds after which a picture comes too late to stand for the k-th.
   *
   * @param tolerance by which time stamps are rounded, in seconds
   */
  abstract double end(long k, double rate, double tolerance);
}
