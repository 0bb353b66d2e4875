package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Draws more of the high noise levels, where it is decided what happens and when: u = t / T becomes
 * s u / (1 + (s − 1) u) (Esser et al. 2024, section 5.3.2, for latents with many redundant
 * numbers). Clean positions stay clean. Not part of MoNL, which draws uniformly.
 *
 * @param inner draws uniform timesteps
 * @param steps T
 * @param shift s; 1 changes nothing, above 1 there is more noise
 */
public record ShiftedTimesteps(TimestepSampler inner, int steps, double shift)
    implements TimestepSampler {
  /** Checks the ranges. */
  public ShiftedTimesteps {
    Check.atLeast("diffusion steps", steps, 1);
    Check.that(shift > 0 && Double.isFinite(shift), "timestep shift = %s, must be positive", shift);
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    inner.sample(batch, rng).asMap().forEach((modality, t) -> levels.put(modality, shifted(t)));
    return NoiseLevels.of(levels);
  }

  private Tensor shifted(Tensor t) {
    Tensor u = t.to(ScalarType.Double).div(new Scalar((double) steps));
    Tensor more = u.mul(new Scalar(shift)).div(u.mul(new Scalar(shift - 1)).add(new Scalar(1.0)));
    // Rounded up: the lowest noise level does not become clean, and T stays T.
    Tensor up = more.mul(new Scalar((double) steps)).sub(new Scalar(1e-9)).ceil();
    return up.clamp_max(new Scalar((double) steps)).clamp_min(new Scalar(0.0)).to(t.scalar_type());
  }
}
