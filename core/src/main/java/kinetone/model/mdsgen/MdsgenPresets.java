package kinetone.model.mdsgen;

import java.util.Map;
import java.util.TreeMap;
import kinetone.common.KinetoneException;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.nn.Gelu;

/**
 * Named sizes of {@link Mdsgen}. The plain names are the paper's setting: a latent of 64 × 16 with
 * 4 channels from the picture autoencoder of Stable Diffusion, 256 tokens. Those that end in {@code
 * -audioldm} are the released code's: 204 × 16 with 8 channels from AudioLDM's autoencoder, 816
 * tokens; only size B has public weights. Both see 32 frames of 512 features (CAVP at 4 frames per
 * second).
 */
public final class MdsgenPresets {
  /** The paper's latent, 8.192 s of sound, drawn with frequency in rows. */
  public static final MdsgenConfig.Latent PAPER =
      new MdsgenConfig.Latent(64, 16, 4, 2, MdsgenConfig.Rows.FREQUENCY);

  /** The released code's latent, 8.16 s of sound. */
  public static final MdsgenConfig.Latent RELEASE =
      new MdsgenConfig.Latent(204, 16, 8, 2, MdsgenConfig.Rows.TIME);

  /**
   * For sounding scenes of 2.125 s: a mel latent of 53 × 16 with 8 channels in patches of 4, 56
   * tokens, 17 frames with positions, velocity prediction; 4.31 million parameters, 4.98 in
   * training. For other codecs and encoders {@code withLatent} and {@code withFeatures}.
   */
  public static final MdsgenConfig SCENES =
      new MdsgenConfig(
          6,
          192,
          4,
          2,
          Gelu.ERF,
          256,
          new MdsgenConfig.Latent(53, 16, 8, 4, MdsgenConfig.Rows.TIME),
          new MdsgenConfig.Features(17, 128, true),
          DiffusionConfig.VELOCITY);

  private static final Map<String, MdsgenConfig> BY_NAME =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("mdsgen-t", paper(12, 192, 3)),
              // The 5 million of the paper's table need 7 blocks, not the 12 of its text.
              Map.entry("mdsgen-t5", paper(7, 192, 3)),
              Map.entry("mdsgen-s", paper(12, 384, 6)),
              Map.entry("mdsgen-b", paper(12, 768, 12)),
              Map.entry("mdsgen-l", paper(24, 1024, 16)),
              Map.entry("mdsgen-t-audioldm", release(12, 192, 3)),
              Map.entry("mdsgen-s-audioldm", release(12, 384, 6)),
              Map.entry("mdsgen-b-audioldm", release(12, 768, 12)),
              Map.entry("mdsgen-l-audioldm", release(24, 1024, 16)),
              Map.entry("mdsgen-scenes", SCENES)));

  private MdsgenPresets() {}

  /**
   * The preset called {@code name}.
   *
   * @throws KinetoneException for an unknown name, listing the known ones
   */
  public static MdsgenConfig of(String name) {
    MdsgenConfig config = BY_NAME.get(name);
    if (config == null) {
      throw KinetoneException.user(
          "model '%s' is unknown; use one of %s", name, String.join(", ", BY_NAME.keySet()));
    }
    return config;
  }

  private static MdsgenConfig paper(int depth, int width, int heads) {
    return cavp(depth, width, heads, 256, PAPER);
  }

  private static MdsgenConfig release(int depth, int width, int heads) {
    return cavp(depth, width, heads, 204, RELEASE);
  }

  private static MdsgenConfig cavp(
      int depth, int width, int heads, int timestepSinusoids, MdsgenConfig.Latent latent) {
    return new MdsgenConfig(
        depth,
        width,
        heads,
        4,
        Gelu.TANH,
        timestepSinusoids,
        latent,
        new MdsgenConfig.Features(32, 512));
  }
}
