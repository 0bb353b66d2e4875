package kinetone.recipe;

import kinetone.common.Check;
import kinetone.model.mdsgen.Masking;

/**
 * What the masked pass of MDSGen's training hides.
 *
 * @param kind how tokens are chosen
 * @param ratio share that is hidden, MDSGen 0.3; absent for NONE
 */
public record MaskingRecipe(Kind kind, Double ratio) {
  /** The ways to choose tokens. */
  public enum Kind {
    /** Whole points in time: {@link Masking.TemporalAware}. */
    TEMPORAL,
    /** Anywhere: {@link Masking.SpatialAware}. */
    SPATIAL,
    /** No masked pass. */
    NONE
  }

  /** Checks that there is a ratio where one is needed, and only there. */
  public MaskingRecipe {
    Recipe.require("masking.kind", kind);
    Check.that(
        (ratio == null) == (kind == Kind.NONE),
        "masking.ratio = %s, must be given for TEMPORAL and SPATIAL and absent for NONE",
        ratio);
    if (ratio != null) {
      Check.that(ratio > 0 && ratio < 1, "masking.ratio = %s, must be between 0 and 1", ratio);
    }
  }

  Masking masking() {
    return switch (kind) {
      case TEMPORAL -> new Masking.TemporalAware(ratio);
      case SPATIAL -> new Masking.SpatialAware(ratio);
      case NONE -> Masking.NONE;
    };
  }
}
