package kinetone.model.uniform;

import java.util.Map;
import java.util.TreeMap;
import kinetone.common.KinetoneException;

/** Named sizes of {@link UniForm}. */
public final class UniFormPresets {
  /**
   * The paper's size: STDiT3-XL/2 over 68 frames of 256×256 at 17 per second, which Open-Sora's
   * autoencoder makes 20 × 32 × 32 × 4, and 4 s at 16 kHz, which AudioLDM's makes 100 × 16 × 8:
   * five columns beside each picture, and one that says the task. Captions are T5's (XXL).
   */
  public static final UniFormConfig XL_2 =
      new UniFormConfig(
          28,
          1152,
          16,
          2,
          new UniFormConfig.Video(20, 32, 32, 4),
          new UniFormConfig.Audio(100, 16, 8, null),
          new UniFormConfig.Text(4096, 300),
          17,
          0.5,
          null);

  private static final Map<String, UniFormConfig> BY_NAME =
      new TreeMap<>(Map.of("uniform-xl-2", XL_2));

  private UniFormPresets() {}

  /**
   * The preset called {@code name}.
   *
   * @throws KinetoneException for an unknown name, listing the known ones
   */
  public static UniFormConfig of(String name) {
    UniFormConfig config = BY_NAME.get(name);
    if (config == null) {
      throw KinetoneException.user(
          "model '%s' is unknown; use one of %s", name, String.join(", ", BY_NAME.keySet()));
    }
    return config;
  }
}
