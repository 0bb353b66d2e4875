package kinetone.latent;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Mean and standard deviation of each latent channel, estimated on a subset of the training data
 * and stored with the codec. Diffusion works on standardised latents (Kim et al. 2024, appendix B).
 *
 * @param mean per channel of the standardised latent
 * @param standardDeviation per channel, positive
 * @param gainShape how the codec's latents are split before; null leaves them as they are
 */
public record LatentStatistics(
    float[] mean,
    float[] standardDeviation,
    @JsonInclude(JsonInclude.Include.NON_NULL) GainShape gainShape) {
  /** Latents are numbers around one; codecs that nobody keeps near it have some tens. */
  private static final double LARGEST = 1000;

  /** Checks that both have one possible entry per channel. */
  public LatentStatistics {
    Check.that(
        mean.length == standardDeviation.length,
        "latent statistics have %d means but %d standard deviations",
        mean.length,
        standardDeviation.length);
    for (float value : mean) {
      Check.within("mean of latents", value, -LARGEST, LARGEST);
    }
    for (float value : standardDeviation) {
      Check.that(value > 0, "latent standard deviation %s is not positive", value);
      Check.within("standard deviation of latents", value, 0, LARGEST);
    }
  }

  /** Statistics of latents as the codec gives them. */
  public LatentStatistics(float[] mean, float[] standardDeviation) {
    this(mean, standardDeviation, null);
  }

  /** Statistics that change nothing. */
  public static LatentStatistics identity(int channels) {
    float[] ones = new float[channels];
    java.util.Arrays.fill(ones, 1f);
    return new LatentStatistics(new float[channels], ones);
  }

  /** Estimates from latents (..., C). */
  public static LatentStatistics of(Tensor latents) {
    return of(latents, null);
  }

  /** Estimates from latents (..., C) that are split by {@code gainShape} unless it is null. */
  public static LatentStatistics of(Tensor latents, GainShape gainShape) {
    Tensor parts = gainShape == null ? latents : gainShape.analyse(latents);
    Tensor flat = parts.reshape(-1, parts.size(-1));
    Tensor deviation = flat.std(new long[] {0}, false, false).clamp_min(new Scalar(1e-6));
    float[] deviations = Tensors.toFloats(deviation);
    for (int i = 0; gainShape != null && i < gainShape.bands(); i++) {
      deviations[i] /= (float) gainShape.emphasis();
    }
    return new LatentStatistics(Tensors.toFloats(flat.mean(0)), deviations, gainShape);
  }

  /** Channels that diffusion sees. */
  @JsonIgnore
  public int channels() {
    return mean.length;
  }

  /** Channels of the codec's latent. */
  @JsonIgnore
  public int codecChannels() {
    return gainShape == null ? mean.length : mean.length - gainShape.bands();
  }

  /** (z − mean) / standard deviation, along the last axis; gain and shape first if split. */
  public Tensor standardise(Tensor latent) {
    Tensor parts = gainShape == null ? latent : gainShape.analyse(latent);
    return parts.sub(row(mean, parts)).div(row(standardDeviation, parts));
  }

  /** The inverse of {@link #standardise}. */
  public Tensor restore(Tensor latent) {
    Tensor parts = latent.mul(row(standardDeviation, latent)).add(row(mean, latent));
    return gainShape == null ? parts : gainShape.synthesise(parts);
  }

  private static Tensor row(float[] values, Tensor like) {
    return Tensors.of(values, values.length).to(like.device(), like.scalar_type());
  }
}
