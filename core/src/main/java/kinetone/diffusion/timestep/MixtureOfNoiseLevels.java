package kinetone.diffusion.timestep;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * MoNL: every example draws the kind of its timestep vector (Kim et al. 2024, section 3.2 and
 * algorithm 1).
 *
 * @param kinds the kinds and their weights
 */
public record MixtureOfNoiseLevels(List<Kind> kinds) implements TimestepSampler {
  /**
   * One kind.
   *
   * @param sampler draws the timesteps
   * @param weight its share, relative to the others'
   */
  public record Kind(TimestepSampler sampler, double weight) {
    /** Checks the weight. */
    public Kind {
      Check.atLeast("weight of a noise level kind", weight, 0.0);
    }
  }

  /** Requires a positive weight somewhere. */
  public MixtureOfNoiseLevels {
    kinds = List.copyOf(kinds);
    Check.that(
        kinds.stream().mapToDouble(Kind::weight).sum() > 0,
        "the weights of the noise level kinds are all zero");
  }

  @Override
  public NoiseLevels sample(long batch, Rng rng) {
    Tensor drawn = draw(batch, rng);
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    for (int k = 0; k < kinds.size(); k++) {
      Tensor chosen = drawn.eq(new Scalar((long) k));
      kinds
          .get(k)
          .sampler()
          .sample(batch, rng)
          .asMap()
          .forEach(
              (modality, t) -> levels.merge(modality, t, (old, mine) -> mine.where(chosen, old)));
    }
    return NoiseLevels.of(levels);
  }

  /** The kind of each example, int64 (B, 1). */
  private Tensor draw(long batch, Rng rng) {
    double total = kinds.stream().mapToDouble(Kind::weight).sum();
    float[] uniform = Tensors.toFloats(rng.uniform(batch));
    long[] drawn = new long[uniform.length];
    for (int b = 0; b < drawn.length; b++) {
      double rest = uniform[b] * total;
      for (int k = 0; k < kinds.size(); k++) {
        double weight = kinds.get(k).weight();
        if (weight > 0) {
          drawn[b] = k;
          if (rest < weight) {
            break;
          }
        }
        rest -= weight;
      }
    }
    return Tensors.of(drawn, drawn.length, 1);
  }
}
