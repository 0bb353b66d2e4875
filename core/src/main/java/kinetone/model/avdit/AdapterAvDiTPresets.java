package kinetone.model.avdit;

import java.util.Map;
import java.util.TreeMap;
import kinetone.common.KinetoneException;
import kinetone.model.dit.DiTConfig;

/** Named sizes of {@link AdapterAvDiT}. */
public final class AdapterAvDiTPresets {
  /**
   * The paper's size: DiT-XL/2 frozen, 16 frames of 256×256 and 1.6 s at 16 kHz. 159.8 million
   * trained numbers: temporal attention and two adapters of ratio 1/16 in each block, low-rank
   * updates of rank 8 in the sound's attention. The abstract names the parts; their sizes and
   * places are inferred (see {@code docs/traps.md}).
   */
  public static final AdapterAvDiTConfig XL_2 =
      new AdapterAvDiTConfig(
          DiTConfig.XL_2_256,
          16,
          new AdapterAvDiTConfig.Audio(40, 16, 8, 2),
          new AdapterAvDiTConfig.TemporalAttention(null),
          Map.of(Place.AUDIO_ATTENTION, new AdapterAvDiTConfig.LowRank(8, 8, null)),
          Map.of(
              Place.AUDIO_ATTENTION, new AdapterAvDiTConfig.Adapter(1.0 / 16, null),
              Place.JOINT_ATTENTION, new AdapterAvDiTConfig.Adapter(1.0 / 16, null)));

  private static final Map<String, AdapterAvDiTConfig> BY_NAME =
      new TreeMap<>(Map.of("av-dit-xl-2", XL_2));

  private AdapterAvDiTPresets() {}

  /**
   * The preset called {@code name}.
   *
   * @throws KinetoneException for an unknown name, listing the known ones
   */
  public static AdapterAvDiTConfig of(String name) {
    AdapterAvDiTConfig config = BY_NAME.get(name);
    if (config == null) {
      throw KinetoneException.user(
          "model '%s' is unknown; use one of %s", name, String.join(", ", BY_NAME.keySet()));
    }
    return config;
  }
}
