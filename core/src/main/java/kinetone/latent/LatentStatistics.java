package kinetone.latent;

import kinetone.common.Check;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Mean and standard deviation of each latent channel, estimated on a subset of the training data
 * and stored with the codec. Diffusion works on standardised latents (Kim et al. 2024, appendix B).
 *
 * @param mean per channel
 * @param standardDeviation per channel, positive
 */
public record LatentStatistics(float[] mean, float[] standardDeviation) {
  /** Checks that both have one positive, finite entry per channel. */
  public LatentStatistics {
    Check.that(
        mean.length == standardDeviation.length,
        "latent statistics have %d means but %d standard deviations",
        mean.length,
        standardDeviation.length);
    for (float value : standardDeviation) {
      Check.that(
          value > 0 && Float.isFinite(value),
          "latent standard deviation %s is not positive",
          value);
    }
  }

  /** Statistics that change nothing. */
  public static LatentStatistics identity(int channels) {
    float[] ones = new float[channels];
    java.util.Arrays.fill(ones, 1f);
    return new LatentStatistics(new float[channels], ones);
  }

  /** Estimates from latents (..., C). */
  public static LatentStatistics of(Tensor latents) {
    long channels = latents.size(-1);
    Tensor flat = latents.reshape(-1, channels);
    Tensor deviation = flat.std(new long[] {0}, false, false).clamp_min(new Scalar(1e-6));
    return new LatentStatistics(Tensors.toFloats(flat.mean(0)), Tensors.toFloats(deviation));
  }

  /** (z − mean) / standard deviation, along the last axis. */
  public Tensor standardise(Tensor latent) {
    return latent.sub(row(mean, latent)).div(row(standardDeviation, latent));
  }

  /** z · standard deviation + mean, along the last axis. */
  public Tensor restore(Tensor latent) {
    return latent.mul(row(standardDeviation, latent)).add(row(mean, latent));
  }

  private static Tensor row(float[] values, Tensor like) {
    return Tensors.of(values, values.length).to(like.device(), like.scalar_type());
  }
}
