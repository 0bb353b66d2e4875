package kinetone.codec;

import kinetone.common.Check;

/** Which frames or samples the latents of a codec stand for. */
public interface TimeLayout {
  /**
   * How many latents a signal of {@code length} frames or samples has.
   *
   * @throws kinetone.common.KinetoneException when signals of this length cannot be coded
   */
  int latents(long length);

  /**
   * The frame or sample at which latent {@code n} begins; the end of the last one for {@code n} =
   * number of latents. It may lie past the signal, where that was padded.
   */
  long boundary(int n);

  /** The boundaries of {@code latents} latents, one more than there are. */
  default long[] boundaries(int latents) {
    long[] all = new long[latents + 1];
    for (int n = 0; n <= latents; n++) {
      all[n] = boundary(n);
    }
    return all;
  }

  /**
   * Latents of equal length; the last may be padded.
   *
   * @param hop frames or samples of one
   */
  record Blocks(int hop) implements TimeLayout {
    /** Checks the length. */
    public Blocks {
      Check.atLeast("hop", hop, 1);
    }

    @Override
    public int latents(long length) {
      return Math.toIntExact((length + hop - 1) / hop);
    }

    @Override
    public long boundary(int n) {
      return (long) n * hop;
    }
  }

  /**
   * The first latent stands for one frame, each later one for {@code factor} (causal codecs).
   *
   * @param factor frames of each latent but the first
   */
  record Causal(int factor) implements TimeLayout {
    /** Checks the factor. */
    public Causal {
      Check.atLeast("factor", factor, 1);
    }

    @Override
    public int latents(long length) {
      Check.that(
          length >= 1 && (length - 1) % factor == 0,
          "a clip of %d frames does not fit the video codec; use 1 + %d·k frames, for example %d",
          length,
          factor,
          Math.max(0, length - 1) / factor * factor + 1);
      return Math.toIntExact(1 + (length - 1) / factor);
    }

    @Override
    public long boundary(int n) {
      return n == 0 ? 0 : 1 + (n - 1L) * factor;
    }
  }
}
