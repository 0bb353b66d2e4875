package kinetone.model.monl;

import java.util.Map;
import java.util.TreeMap;
import kinetone.common.KinetoneException;
import kinetone.nn.Gelu;

/** Named sizes of {@link AvDiT}. */
public final class AvDiTPresets {
  /**
   * The paper's network (appendix B): 24 blocks of width 1024 with 16 heads, 418.1 million
   * parameters, for 17 frames of 128×128 and 34 000 samples at 16 kHz.
   */
  public static final AvDiTConfig BASE =
      new AvDiTConfig(
          24,
          1024,
          16,
          4,
          Gelu.ERF,
          1024,
          4096,
          true,
          new AvDiTConfig.Video(5, 16, 16, 8, 1),
          new AvDiTConfig.Audio(107, 1024, 1));

  /** For training on a workstation: 17 frames of 64×64 and a sound latent of 40 channels. */
  public static final AvDiTConfig SMALL = compact(12, 384, 6);

  /** For training on a laptop; the same latents as {@link #SMALL}. */
  public static final AvDiTConfig TINY = compact(8, 256, 4);

  private static final Map<String, AvDiTConfig> BY_NAME =
      new TreeMap<>(Map.of("avdit-base", BASE, "avdit-small", SMALL, "avdit-tiny", TINY));

  private AvDiTPresets() {}

  /**
   * The preset called {@code name}.
   *
   * @throws KinetoneException for an unknown name, listing the known ones
   */
  public static AvDiTConfig of(String name) {
    AvDiTConfig config = BY_NAME.get(name);
    if (config == null) {
      throw KinetoneException.user(
          "model '%s' is unknown; use one of %s", name, String.join(", ", BY_NAME.keySet()));
    }
    return config;
  }

  private static AvDiTConfig compact(int depth, int width, int heads) {
    return new AvDiTConfig(
        depth,
        width,
        heads,
        4,
        Gelu.ERF,
        width,
        4 * width,
        true,
        new AvDiTConfig.Video(5, 8, 8, 8, 2),
        new AvDiTConfig.Audio(107, 40, 1));
  }
}
