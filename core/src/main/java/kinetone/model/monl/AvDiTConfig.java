package kinetone.model.monl;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import kinetone.common.Check;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.nn.Gelu;
import kinetone.nn.adaln.Segments;

/**
 * The size and form of {@link AvDiT}.
 *
 * @param depth number of blocks
 * @param width width D of the tokens; divisible by 8
 * @param heads attention heads; divides {@code width}
 * @param mlpRatio hidden width of the feed-forward layers over {@code width}
 * @param gelu the activation; the paper does not say which
 * @param conditionSinusoids width of the input of the timestep network, one half sinusoids of the
 *     timestep and one half position in time; divisible by 4
 * @param conditionHidden hidden width of the timestep network
 * @param selfConditioning whether the network also takes an estimate of the clean latents (appendix
 *     B)
 * @param video the picture latent
 * @param audio the sound latent
 * @param diffusion what it was trained for; absent in a file, {@link DiffusionConfig#DDPM} as in
 *     the paper
 */
public record AvDiTConfig(
    int depth,
    int width,
    int heads,
    int mlpRatio,
    Gelu gelu,
    int conditionSinusoids,
    int conditionHidden,
    boolean selfConditioning,
    Video video,
    Audio audio,
    @JsonInclude(JsonInclude.Include.NON_NULL) DiffusionConfig diffusion) {

  /**
   * A picture latent (B, frames, height, width, channels).
   *
   * @param patch edge of the square patches that become tokens
   */
  public record Video(int frames, int height, int width, int channels, int patch) {
    /** Checks that patches tile the frame. */
    public Video {
      Check.atLeast("video.frames", frames, 1);
      Check.atLeast("video.height", height, 1);
      Check.atLeast("video.width", width, 1);
      Check.atLeast("video.channels", channels, 1);
      Check.atLeast("video.patch", patch, 1);
      Check.divisible("video.height", height, "video.patch", patch);
      Check.divisible("video.width", width, "video.patch", patch);
    }

    /** Tokens of one frame. */
    public int tokensPerFrame() {
      return height / patch * (width / patch);
    }

    /** Numbers of the latent in one token. */
    int patchSize() {
      return patch * patch * channels;
    }
  }

  /**
   * A sound latent (B, length, channels).
   *
   * @param patch neighbours in time that become one token; the end is padded with zeros
   */
  public record Audio(int length, int channels, int patch) {
    /** Checks the sizes. */
    public Audio {
      Check.atLeast("audio.length", length, 1);
      Check.atLeast("audio.channels", channels, 1);
      Check.within("audio.patch", patch, 1, length);
    }

    /** Tokens of the whole sound. */
    public int tokens() {
      return (length + patch - 1) / patch;
    }

    /** Numbers of the latent in one token. */
    int patchSize() {
      return patch * channels;
    }
  }

  /** Checks that the sizes fit each other. */
  public AvDiTConfig {
    diffusion = diffusion == null ? DiffusionConfig.DDPM : diffusion;
    Check.atLeast("depth", depth, 1);
    Check.atLeast("width", width, 1);
    Check.atLeast("heads", heads, 1);
    Check.divisible("width", width, "heads", heads);
    Check.divisible("width", width, "8", 8);
    Check.atLeast("mlpRatio", mlpRatio, 1);
    Check.that(gelu != null, "gelu is missing; use ERF or TANH");
    Check.atLeast("conditionSinusoids", conditionSinusoids, 4);
    Check.divisible("conditionSinusoids", conditionSinusoids, "4", 4);
    Check.atLeast("conditionHidden", conditionHidden, 1);
    Check.that(video != null, "video is missing");
    Check.that(audio != null, "audio is missing");
  }

  /** A network that predicts the noise, as in the paper. */
  public AvDiTConfig(
      int depth,
      int width,
      int heads,
      int mlpRatio,
      Gelu gelu,
      int conditionSinusoids,
      int conditionHidden,
      boolean selfConditioning,
      Video video,
      Audio audio) {
    this(
        depth,
        width,
        heads,
        mlpRatio,
        gelu,
        conditionSinusoids,
        conditionHidden,
        selfConditioning,
        video,
        audio,
        DiffusionConfig.DDPM);
  }

  /** Which tokens share a timestep: the frames, then the sound tokens. */
  public Segments segments() {
    return new Segments(
        List.of(
            new Segments.Group(video.frames(), video.tokensPerFrame()),
            new Segments.Group(audio.tokens(), 1)));
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long d = width;
    long attention = linear(d, 3 * d) + linear(d, d);
    long mlp = linear(d, mlpRatio * d) + linear(mlpRatio * d, d);
    long block = attention + mlp + linear(d, 4 * d);
    long inputs = selfConditioning ? 2 : 1;
    long embedders = linear(inputs * video.patchSize(), d) + linear(inputs * audio.patchSize(), d);
    long heads = linear(d, video.patchSize()) + linear(d, audio.patchSize());
    Segments segments = segments();
    long positions = segments.tokens() * d + segments.count() * (long) (conditionSinusoids / 2);
    long condition = linear(conditionSinusoids, conditionHidden) + linear(conditionHidden, d);
    return depth * block + embedders + positions + condition + linear(d, 2 * d) + heads;
  }

  /** Floating-point operations of one example's forward pass (a multiply-add counts twice). */
  public double forwardFlops() {
    double d = width;
    double tokens = segments().tokens();
    double perToken = (4 + 2.0 * mlpRatio) * d * d + 2 * tokens * d;
    return 2 * depth * (tokens * perToken + segments().count() * 4 * d * d);
  }

  private static long linear(long in, long out) {
    return in * out + out;
  }
}
