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

  /**
   * Chunks of {@code frames} that are coded apart from each other; the first latent of each stands
   * for one frame, each later one for {@code factor}. The last chunk may be shorter.
   *
   * @param frames of a chunk, one more than a multiple of {@code factor}
   * @param factor frames of each latent of a chunk but the first
   */
  record Chunks(int frames, int factor) implements TimeLayout {
    /** Checks that latents fill a chunk. */
    public Chunks {
      Check.atLeast("frames", frames, 1);
      Check.atLeast("factor", factor, 1);
      Check.that(
          (frames - 1) % factor == 0,
          "chunks of %d frames are not filled by latents of %d",
          frames,
          factor);
    }

    @Override
    public int latents(long length) {
      long rest = length % frames;
      Check.that(
          length >= 1 && (rest == 0 || (rest - 1) % factor == 0),
          "a clip of %d frames does not fit the video codec; use a multiple of %d frames, or 1 +"
              + " %d·k more, for example %d",
          length,
          frames,
          factor,
          length < 1 ? frames : length - (rest - 1) % factor);
      return Math.toIntExact(length / frames * inChunk() + (rest + factor - 1) / factor);
    }

    @Override
    public long boundary(int n) {
      int k = n % inChunk();
      return (long) (n / inChunk()) * frames + (k == 0 ? 0 : 1 + (k - 1L) * factor);
    }

    private int inChunk() {
      return 1 + (frames - 1) / factor;
    }
  }
}
