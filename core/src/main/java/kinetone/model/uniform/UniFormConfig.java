package kinetone.model.uniform;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Arrays;
import java.util.List;
import kinetone.common.Check;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.VarianceType;
import kinetone.model.stdit.StDit3Config;

/**
 * The size and form of {@link UniForm}.
 *
 * @param depth number of pairs of a spatial and a temporal block
 * @param width width of the tokens
 * @param heads attention heads
 * @param patch edge of a patch
 * @param video the picture latent
 * @param audio the sound latent
 * @param text the text encoder
 * @param framesPerSecond of the clips, Hz; STDiT3 is told
 * @param positionScale √(height · width) / 512 of the clips in pixels, by which STDiT3 divides
 *     positions
 * @param diffusion what it was trained for; absent in a file, {@link DiffusionConfig#IDDPM} as in
 *     the paper
 */
public record UniFormConfig(
    int depth,
    int width,
    int heads,
    int patch,
    Video video,
    Audio audio,
    Text text,
    double framesPerSecond,
    double positionScale,
    @JsonInclude(JsonInclude.Include.NON_NULL) DiffusionConfig diffusion) {
  private static final int MOST = 1 << 20;

  /** A picture latent (B, frames, height, width, channels). */
  public record Video(int frames, int height, int width, int channels) {
    /** Checks the ranges. */
    public Video {
      Check.within("video.frames", frames, 1, MOST);
      Check.within("video.height", height, 1, MOST);
      Check.within("video.width", width, 1, MOST);
      Check.within("video.channels", channels, 1, MOST);
    }
  }

  /**
   * A sound latent (B, length, frequencies, channels), or (B, length, channels).
   *
   * @param length positions in time
   * @param frequencies absent where the latent has no such axis
   * @param slots how many positions go beside each frame of the picture latent; absent, as many
   *     beside each, and the rest of an uneven division is missing from the last
   * @param layout how a frame's positions fill the columns beside it; absent, {@link
   *     Layout#COLUMNS}, as the paper's sizes suggest
   */
  public record Audio(
      int length,
      @JsonInclude(JsonInclude.Include.NON_NULL) Integer frequencies,
      int channels,
      @JsonInclude(JsonInclude.Include.NON_NULL) List<Integer> slots,
      @JsonInclude(JsonInclude.Include.NON_NULL) Layout layout) {
    /** How the numbers of sound fill the columns beside a picture. */
    public enum Layout {
      /** One after the other: right where a position is a whole number of columns. */
      COLUMNS,
      /** Each position in patches of its own, so that all patches mean the same. */
      PATCHES
    }

    /** Checks the ranges. */
    public Audio {
      Check.within("audio.length", length, 1, MOST);
      Check.within("audio.frequencies", frequencies == null ? 1 : frequencies, 1, MOST);
      Check.within("audio.channels", channels, 1, MOST);
      slots = slots == null ? null : List.copyOf(slots);
    }

    /** As the paper's: {@link Layout#COLUMNS}. */
    public Audio(int length, Integer frequencies, int channels, List<Integer> slots) {
      this(length, frequencies, channels, slots, null);
    }

    /** Numbers of one position in time. */
    int size() {
      return (frequencies == null ? 1 : frequencies) * channels;
    }
  }

  /**
   * What captions are like.
   *
   * @param width of the text encoder
   * @param tokens of the longest caption
   */
  public record Text(int width, int tokens) {}

  /** Checks that the sizes fit each other. */
  public UniFormConfig {
    Check.that(video != null, "video is missing");
    Check.that(audio != null, "audio is missing");
    Check.that(text != null, "text is missing");
    Check.that(
        framesPerSecond > 0 && framesPerSecond <= 1000,
        "framesPerSecond = %s, must be above 0 and at most 1000",
        framesPerSecond);
    Check.that(
        positionScale > 0 && positionScale <= 1000,
        "positionScale = %s, must be above 0 and at most 1000",
        positionScale);
    diffusion = diffusion == null ? DiffusionConfig.IDDPM : diffusion;
    trunk(depth, width, heads, patch, video, text, diffusion);
    Check.divisible("video.height", video.height(), "patch", patch);
    // No patch shall hold both picture and sound.
    Check.divisible("video.width", video.width(), "patch", patch);
    int[] counts = slots(audio, video.frames());
    Check.that(
        counts.length == video.frames()
            && Arrays.stream(counts).allMatch(n -> n >= 0)
            && Arrays.stream(counts).asLongStream().sum() == audio.length(),
        "audio.slots must be %d numbers, none below 0, that add up to audio.length %d",
        video.frames(),
        audio.length());
  }

  private static int[] slots(Audio audio, int frames) {
    if (audio.slots() != null) {
      return audio.slots().stream().mapToInt(n -> n == null ? -1 : n).toArray();
    }
    int each = (audio.length() + frames - 1) / frames;
    int[] counts = new int[frames];
    for (int i = 0; i < frames; i++) {
      counts[i] = Math.max(0, Math.min(each, audio.length() - i * each));
    }
    return counts;
  }

  /** Room for positions of sound beside each frame: the most that any has. */
  int positionsPerFrame() {
    return Math.max(1, Arrays.stream(slots()).max().orElse(1));
  }

  /** Positions of sound beside each frame of the picture latent. */
  int[] slots() {
    return slots(audio, video.frames());
  }

  /** The size of the transformer. */
  public StDit3Config trunk() {
    return trunk(depth, width, heads, patch, video, text, diffusion);
  }

  private static StDit3Config trunk(
      int depth,
      int width,
      int heads,
      int patch,
      Video video,
      Text text,
      DiffusionConfig diffusion) {
    return new StDit3Config(
        depth,
        width,
        heads,
        patch,
        video.channels(),
        diffusion.variance() == VarianceType.LEARNED_RANGE,
        text.width(),
        text.tokens());
  }

  /** Columns of the joint latent, padding included. */
  public int columns() {
    return JointColumns.columns(this);
  }

  /** Tokens of one frame of the joint latent. */
  public int tokensPerFrame() {
    return video.height() / patch * (columns() / patch);
  }

  /** Tokens of the joint latent. */
  public int tokens() {
    return video.frames() * tokensPerFrame();
  }

  /**
   * Floating-point operations of one example's forward pass (a multiply-add counts twice).
   *
   * @param captionTokens of its caption
   */
  public double forwardFlops(int captionTokens) {
    return trunk().forwardFlops(video.frames(), tokensPerFrame(), captionTokens);
  }
}
