package kinetone.model.stdit;

import kinetone.common.Check;

/**
 * The size of {@link StDit3}.
 *
 * @param depth number of pairs of a spatial and a temporal block
 * @param width width of the tokens; divisible by 4
 * @param heads attention heads; divides {@code width} into even parts
 * @param patch edge of a patch in the picture; in time a patch is one latent frame
 * @param channels channels of the latent
 * @param variance whether it predicts a variance beside the noise
 * @param captionWidth width of the text encoder
 * @param captionTokens tokens of the longest caption
 */
public record StDit3Config(
    int depth,
    int width,
    int heads,
    int patch,
    int channels,
    boolean variance,
    int captionWidth,
    int captionTokens) {
  /** STDiT3-XL/2 of Open-Sora 1.2: 1 207 643 936 parameters. */
  public static final StDit3Config XL_2 = new StDit3Config(28, 1152, 16, 2, 4, true, 4096, 300);

  private static final int MOST_TOKENS = 4096;

  /** Checks that the sizes fit each other. */
  public StDit3Config {
    Check.atLeast("depth", depth, 1);
    Check.atLeast("width", width, 4);
    Check.divisible("width", width, "4", 4);
    Check.atLeast("heads", heads, 1);
    Check.divisible("width", width, "heads", heads);
    Check.divisible("width of a head", width / heads, "2", 2);
    Check.atLeast("patch", patch, 1);
    Check.atLeast("channels", channels, 1);
    Check.atLeast("captionWidth", captionWidth, 1);
    Check.within("captionTokens", captionTokens, 1, MOST_TOKENS);
  }

  /** Channels of what it says: the noise and, if it predicts one, the variance. */
  public int outputs() {
    return variance ? 2 * channels : channels;
  }

  /**
   * Floating-point operations of one example's forward pass (a multiply-add counts twice).
   *
   * @param frames of the latent
   * @param places tokens of a frame
   * @param captions tokens of the caption
   */
  public double forwardFlops(int frames, int places, int captions) {
    double d = width;
    double tokens = (double) frames * places;
    // Self-attention 4 d², queries and projection of the caption's 2 d², MLP 8 d².
    double linear = tokens * 14 * d * d + captions * 2 * d * d;
    double mixing = 2 * d * tokens * captions;
    double pair = 2 * (linear + mixing) + 2 * d * tokens * (places + frames);
    return 2 * depth * pair;
  }
}
