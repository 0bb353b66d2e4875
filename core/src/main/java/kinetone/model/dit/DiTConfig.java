package kinetone.model.dit;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import kinetone.common.Check;
import kinetone.diffusion.process.DiffusionConfig;

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
 * @param labels names of the classes, in order; absent when nobody knows them
 * @param diffusion what it was trained for; absent in a file, {@link DiffusionConfig#IDDPM} as in
 *     the paper
 */
public record DiTConfig(
    int depth,
    int width,
    int heads,
    int patch,
    int inputSize,
    int channels,
    int classes,
    @JsonInclude(JsonInclude.Include.NON_NULL) List<String> labels,
    @JsonInclude(JsonInclude.Include.NON_NULL) DiffusionConfig diffusion) {
  /** DiT-XL/2 for ImageNet at 256×256 (Peebles and Xie 2023, table 1). */
  public static final DiTConfig XL_2_256 = new DiTConfig(28, 1152, 16, 2, 32, 4, 1000);

  private static final int LONGEST_LABEL = 100;

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
    if (labels != null) {
      Check.that(
          labels.size() == classes,
          "labels has %d names, but there are %d classes",
          labels.size(),
          classes);
      for (String label : labels) {
        Check.that(
            label != null && !label.isBlank() && label.length() <= LONGEST_LABEL,
            "labels has a name that is missing, blank or longer than %d letters",
            LONGEST_LABEL);
      }
      Check.that(labels.stream().distinct().count() == classes, "labels has the same name twice");
      labels = List.copyOf(labels);
    }
    diffusion = diffusion == null ? DiffusionConfig.IDDPM : diffusion;
  }

  /** A network of the paper's diffusion whose classes have no names. */
  public DiTConfig(
      int depth, int width, int heads, int patch, int inputSize, int channels, int classes) {
    this(depth, width, heads, patch, inputSize, channels, classes, null, null);
  }

  /** Tokens of a picture along one side. */
  public int side() {
    return inputSize / patch;
  }
}
