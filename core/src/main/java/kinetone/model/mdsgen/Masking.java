package kinetone.model.mdsgen;

import static org.bytedeco.pytorch.global.torch.arange;

import java.util.Optional;
import kinetone.common.Check;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How the masked pass of training chooses the tokens it hides. */
public sealed interface Masking {
  /** No masked pass at all. */
  Masking NONE = new None();

  /**
   * Draws what each of {@code batch} examples sees, on the CPU; empty when there is no masking. The
   * number of visible tokens is rounded down.
   */
  Optional<VisibleTokens> draw(MdsgenConfig.Latent latent, long batch, Rng rng);

  /**
   * TAM: hides all tokens of some points in time (Pham, Ton, Yoo 2025, section 3.3).
   *
   * @param ratio share of the points in time that is hidden; MDSGen 0.3
   */
  record TemporalAware(double ratio) implements Masking {
    /** Checks the ratio. */
    public TemporalAware {
      requireRatio(ratio);
    }

    @Override
    public Optional<VisibleTokens> draw(MdsgenConfig.Latent latent, long batch, Rng rng) {
      Tensor times = shuffled(latent.times(), ratio, batch, rng);
      Tensor grid =
          arange(new Scalar(latent.tokens()))
              .to(ScalarType.Long)
              .view(latent.gridRows(), latent.gridColumns());
      Tensor byTime = latent.rows() == MdsgenConfig.Rows.TIME ? grid : grid.transpose(0, 1);
      Tensor kept = byTime.index_select(0, times.flatten()).view(batch, -1);
      return Optional.of(VisibleTokens.of(kept, latent.tokens()));
    }
  }

  /**
   * SAM: hides tokens anywhere, as MDT does for pictures (Gao et al. 2023).
   *
   * @param ratio share of the tokens that is hidden
   */
  record SpatialAware(double ratio) implements Masking {
    /** Checks the ratio. */
    public SpatialAware {
      requireRatio(ratio);
    }

    @Override
    public Optional<VisibleTokens> draw(MdsgenConfig.Latent latent, long batch, Rng rng) {
      Tensor kept = shuffled(latent.tokens(), ratio, batch, rng);
      return Optional.of(VisibleTokens.of(kept, latent.tokens()));
    }
  }

  /** Nothing is hidden and no masked pass is made. */
  record None() implements Masking {
    @Override
    public Optional<VisibleTokens> draw(MdsgenConfig.Latent latent, long batch, Rng rng) {
      return Optional.empty();
    }
  }

  private static void requireRatio(double ratio) {
    Check.that(ratio > 0 && ratio < 1, "mask ratio = %s, must be between 0 and 1", ratio);
  }

  /** The first of 0..{@code count} − 1 in an order drawn for each example, int64 (B, kept). */
  private static Tensor shuffled(int count, double ratio, long batch, Rng rng) {
    int kept = (int) (count * (1 - ratio));
    Check.that(kept > 0, "mask ratio = %s hides all of %s positions", ratio, count);
    return rng.uniform(batch, count).argsort(1, false).narrow(1, 0, kept).contiguous();
  }
}
