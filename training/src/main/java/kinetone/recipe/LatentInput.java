package kinetone.recipe;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.data.LatentRoles;

/**
 * What a training on latents wants of each clip.
 *
 * @param role its name in the shards ({@link kinetone.data.LatentRoles})
 * @param codec folder of the codec that made it, whose statistics standardise it; empty for what is
 *     taken as it is
 * @param wanted the option of the recipe that says the sizes, for errors
 * @param sizes of one clip, standardised, without the batch axis
 * @param all whether {@code sizes} are all of them; else they are the last ones
 * @param labels names of the classes whose numbers it has; empty for all else
 * @param encoder folder of the network that made it, where that is no codec; empty for all else
 */
public record LatentInput(
    String role,
    Optional<Path> codec,
    String wanted,
    long[] sizes,
    boolean all,
    Optional<List<String>> labels,
    Optional<Path> encoder) {
  /** What holds no classes. */
  public LatentInput(String role, Optional<Path> codec, String wanted, long[] sizes, boolean all) {
    this(role, codec, wanted, sizes, all, Optional.empty(), Optional.empty());
  }

  /** The number of each clip's class, of classes of these names. */
  public static LatentInput ofLabels(String wanted, List<String> names) {
    return new LatentInput(
        LatentRoles.LABEL,
        Optional.empty(),
        wanted,
        new long[] {1},
        true,
        Optional.of(names),
        Optional.empty());
  }

  /** Captions as the text encoder in a folder read them, of this width and any length. */
  public static LatentInput ofText(Path encoder, String wanted, int width) {
    return new LatentInput(
        LatentRoles.TEXT,
        Optional.empty(),
        wanted,
        new long[] {width},
        true,
        Optional.empty(),
        Optional.of(encoder));
  }

  /** Latents of {@code codec} of exactly these sizes. */
  public static LatentInput ofCodec(String role, String codec, String wanted, long... sizes) {
    return new LatentInput(role, Optional.of(Path.of(codec)), wanted, sizes, true);
  }

  /** Latents of {@code codec} of any length, the last axes of which have these sizes. */
  public static LatentInput ofAnyLength(String role, String codec, String wanted, long... sizes) {
    return new LatentInput(role, Optional.of(Path.of(codec)), wanted, sizes, false);
  }

  /** What no codec made, of exactly these sizes. */
  public static LatentInput plain(String role, String wanted, long... sizes) {
    return new LatentInput(role, Optional.empty(), wanted, sizes, true);
  }

  /** What no codec made, of any length, the last axes of which have these sizes. */
  public static LatentInput plainOfAnyLength(String role, String wanted, long... sizes) {
    return new LatentInput(role, Optional.empty(), wanted, sizes, false);
  }

  /**
   * Requires that what is in {@code folder} has these sizes.
   *
   * @throws kinetone.common.KinetoneException of kind USER naming both
   */
  void requireSizes(Path folder, long[] there) {
    int more = there.length - sizes.length;
    boolean fits =
        all
            ? Arrays.equals(there, sizes)
            : more >= 0 && Arrays.equals(Arrays.copyOfRange(there, more, there.length), sizes);
    Check.that(
        fits,
        "the latents in %s have %s of sizes %s, but %s is for %s%s",
        folder,
        role,
        Arrays.toString(there),
        wanted,
        all ? "" : "any length of ",
        Arrays.toString(sizes));
  }
}
