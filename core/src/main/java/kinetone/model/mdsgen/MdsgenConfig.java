package kinetone.model.mdsgen;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.nn.Gelu;
import kinetone.nn.attention.RelativePositionBias;

/**
 * The size and form of {@link Mdsgen}.
 *
 * @param depth number of blocks
 * @param width width D of the tokens; divisible by 4
 * @param heads attention heads; divides {@code width}
 * @param decoderDepth how many of the last blocks see all tokens also in masked passes; MDSGen 4
 * @param gelu the activation of the blocks; public weights want {@link Gelu#TANH}
 * @param timestepSinusoids width of the sinusoids of the timestep, even; 256 in DiT, 204 in the
 *     released network
 * @param latent the sound latent
 * @param features the video features
 * @param diffusion what it was trained for; absent in a file, {@link DiffusionConfig#IDDPM} as in
 *     the paper
 */
public record MdsgenConfig(
    int depth,
    int width,
    int heads,
    int decoderDepth,
    Gelu gelu,
    int timestepSinusoids,
    Latent latent,
    Features features,
    @JsonInclude(JsonInclude.Include.NON_NULL) DiffusionConfig diffusion) {

  /** A network that predicts the noise. */
  public MdsgenConfig(
      int depth,
      int width,
      int heads,
      int decoderDepth,
      Gelu gelu,
      int timestepSinusoids,
      Latent latent,
      Features features) {
    this(depth, width, heads, decoderDepth, gelu, timestepSinusoids, latent, features, null);
  }

  /** What the rows of the token grid are; the columns are the other axis. */
  public enum Rows {
    /** Rows are time: the released network. */
    TIME,
    /** Rows are frequency, as a spectrogram is drawn: the paper's 16 × 64 latent. */
    FREQUENCY
  }

  /**
   * A sound latent (B, length, frequencies, channels).
   *
   * @param length positions in time; the end is padded with zeros to whole patches
   * @param frequencies positions in frequency; divisible by {@code patch}
   * @param patch edge of the square patches that become tokens
   * @param rows what the rows of the token grid are: it decides the names of positions and of
   *     distances in the weights, nothing else
   */
  public record Latent(int length, int frequencies, int channels, int patch, Rows rows) {
    /** Checks the sizes. */
    public Latent {
      Check.atLeast("latent.length", length, 1);
      Check.atLeast("latent.frequencies", frequencies, 1);
      Check.atLeast("latent.channels", channels, 1);
      Check.atLeast("latent.patch", patch, 1);
      Check.divisible("latent.frequencies", frequencies, "latent.patch", patch);
      Check.that(rows != null, "latent.rows is missing; use TIME or FREQUENCY");
    }

    /** Tokens along time. */
    public int times() {
      return (length + patch - 1) / patch;
    }

    /** Tokens along frequency. */
    public int bands() {
      return frequencies / patch;
    }

    /** Tokens of the whole sound. */
    public int tokens() {
      return times() * bands();
    }

    /** Rows of the token grid. */
    public int gridRows() {
      return rows == Rows.TIME ? times() : bands();
    }

    /** Columns of the token grid. */
    public int gridColumns() {
      return rows == Rows.TIME ? bands() : times();
    }
  }

  /**
   * Video features (B, frames, width).
   *
   * @param frames how many, exactly: the reducer has a weight for each
   * @param width numbers per frame
   * @param positions whether each frame has a bias of its own before the reducer; not in the paper,
   *     whose reducer adds up all frames with one weight each and so forgets which of several
   *     events came when. Never null; absent in a file, false
   * @param all true where the vector is made of all numbers of all frames ({@link AllFrames}), null
   *     where the reducer makes it
   */
  public record Features(
      int frames,
      int width,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean positions,
      @JsonInclude(JsonInclude.Include.NON_NULL) Boolean all) {
    /** Checks the sizes. */
    public Features {
      positions = positions != null && positions;
      all = Boolean.TRUE.equals(all) ? Boolean.TRUE : null;
      Check.atLeast("features.frames", frames, 1);
      Check.atLeast("features.width", width, 1);
    }

    /** The paper's: without positions. */
    public Features(int frames, int width) {
      this(frames, width, false);
    }

    /** With the reducer. */
    public Features(int frames, int width, Boolean positions) {
      this(frames, width, positions, null);
    }

    /** Whether there is no reducer. */
    boolean unreduced() {
      return all != null;
    }
  }

  /** Checks that the sizes fit each other. */
  public MdsgenConfig {
    Check.atLeast("depth", depth, 1);
    Check.atLeast("width", width, 4);
    Check.divisible("width", width, "4", 4);
    Check.atLeast("heads", heads, 1);
    Check.divisible("width", width, "heads", heads);
    Check.atLeast("decoderDepth", decoderDepth, 1);
    Check.that(
        decoderDepth <= depth,
        "decoderDepth = %s, must be at most depth = %s",
        decoderDepth,
        depth);
    Check.that(gelu != null, "gelu is missing; use ERF or TANH");
    Check.atLeast("timestepSinusoids", timestepSinusoids, 2);
    Check.divisible("timestepSinusoids", timestepSinusoids, "2", 2);
    Check.that(latent != null, "latent is missing");
    Check.that(features != null, "features is missing");
    diffusion = diffusion == null ? DiffusionConfig.IDDPM : diffusion;
  }

  /** The same network for another latent. */
  public MdsgenConfig withLatent(Latent other) {
    return new MdsgenConfig(
        depth, width, heads, decoderDepth, gelu, timestepSinusoids, other, features, diffusion);
  }

  /** The same network for other video features. */
  public MdsgenConfig withFeatures(Features other) {
    return new MdsgenConfig(
        depth, width, heads, decoderDepth, gelu, timestepSinusoids, latent, other, diffusion);
  }

  /** Trainable numbers, by arithmetic: those of the checkpoint, with the side block. */
  public long parameterCount() {
    return inferenceParameterCount() + blockParameters();
  }

  /** Trainable numbers that generation uses: without the side block of masked passes. */
  public long inferenceParameterCount() {
    long d = width;
    long pixels = (long) latent.patch() * latent.patch() * latent.channels();
    long positions = 2L * latent.tokens() * d;
    long maskToken = d;
    long timestep = linear(timestepSinusoids, d) + linear(d, d);
    long framePositions = features.positions() ? features.frames() * d : 0;
    long vector = features.unreduced() ? linear(features.frames() * d, d) : features.frames() + 1;
    long reducer = linear(features.width(), d) + framePositions + 2 * d + vector + 2 * d;
    long last = linear(d, 2 * pixels) + linear(d, 2 * d);
    return depth * blockParameters()
        + linear(pixels, d)
        + positions
        + maskToken
        + timestep
        + reducer
        + last;
  }

  private long blockParameters() {
    long d = width;
    long attention = linear(d, 3 * d) + linear(d, d);
    long mlp = linear(d, 4 * d) + linear(4 * d, d);
    long bias =
        (long) RelativePositionBias.distances(latent.gridRows(), latent.gridColumns()) * heads;
    return attention + mlp + linear(d, 6 * d) + bias;
  }

  private static long linear(long in, long out) {
    return in * out + out;
  }
}
