package kinetone.model.dit;

import kinetone.common.Check;

/**
 * The size of {@link DiT}.
 *
 * @param depth number of blocks
 * @param width width of the tokens; divisible by 4
 * @param heads attention heads; divides {@code width}
 * @param patch edge of a patch
 * @param inputSize height and width of the latent; divisible by {@code patch}
 * @param channels channels of the latent
 * @param classes number of classes, without "no class"
 */
public record DiTConfig(
    int depth, int width, int heads, int patch, int inputSize, int channels, int classes) {
  /** DiT-XL/2 for ImageNet at 256×256 (Peebles and Xie 2023, table 1). */
  public static final DiTConfig XL_2_256 = new DiTConfig(28, 1152, 16, 2, 32, 4, 1000);

  /** Checks that the sizes fit each other. */
  public DiTConfig {
    Check.atLeast("depth", depth, 1);
    Check.atLeast("width", width, 4);
    Check.divisible("width", width, "4", 4);
    Check.atLeast("heads", heads, 1);
    Check.divisible("width", width, "heads", heads);
    Check.atLeast("inputSize", inputSize, 1);
    Check.atLeast("patch", patch, 1);
    Check.divisible("inputSize", inputSize, "patch", patch);
    Check.atLeast("channels", channels, 1);
    Check.atLeast("classes", classes, 1);
  }
}
