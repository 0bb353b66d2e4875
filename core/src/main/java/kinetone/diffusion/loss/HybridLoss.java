package kinetone.diffusion.loss;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.process.Positions;
import kinetone.diffusion.process.Posterior;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The loss of networks that learn their variance (Nichol and Dhariwal 2021; DiT): mean squared
 * error of the noise plus the variational bound in bits per dimension, which trains the variance
 * alone. The bound is KL(q(z_{t−1}|z_t,x_0) ‖ p), at t = 1 the likelihood of x_0 under a Gaussian
 * discretised to 255 levels of [−1, 1]. Parts: {@code video}, {@code audio} and {@code video_vlb},
 * {@code audio_vlb}.
 */
public final class HybridLoss implements DenoisingLoss {
  private static final double HALF_LEVEL = 1 / 255.0;
  private static final double LN2 = Math.log(2);

  private final ForwardProcess process;
  private final Posterior posterior;
  private final NoiseLoss noise;

  /**
   * A loss whose bound is reduced with the weighting of {@code noise}. Clean positions never enter
   * the bound.
   *
   * @param schedule the noise schedule
   * @param noise the squared error term
   */
  public HybridLoss(NoiseSchedule schedule, NoiseLoss noise) {
    process = new ForwardProcess(schedule);
    posterior = new Posterior(schedule);
    this.noise = noise;
  }

  @Override
  public Value of(Sample sample, Denoiser.Prediction prediction) {
    Value error = noise.of(sample, prediction);
    Value bound =
        new Reduction(noise.weighting(), Counted.NOISY)
            .reduce(bound(sample, prediction), sample.levels(), "_vlb");
    Map<String, Tensor> parts = new LinkedHashMap<>(error.parts());
    parts.putAll(bound.parts());
    return new Value(error.total().add(bound.total()), parts);
  }

  /** The bound per element, in bits. */
  private Latents bound(Sample sample, Denoiser.Prediction prediction) {
    Latents range =
        prediction
            .variance()
            .orElseThrow(
                () ->
                    KinetoneException.user(
                        "the network predicts no variance; train it with the plain noise loss"));
    Latents epsilon = prediction.noise().map(Tensor::detach);
    Latents estimate = process.clean(sample.noisy(), epsilon, sample.levels());
    Latents modelMean = posterior.mean(estimate, sample.noisy(), sample.levels());
    Latents trueMean = posterior.mean(sample.clean(), sample.noisy(), sample.levels());
    Map<Modality, Tensor> bits = new EnumMap<>(Modality.class);
    for (Modality modality : epsilon.modalities()) {
      Tensor clean = sample.clean().get(modality);
      Tensor levels = sample.levels().get(modality);
      Tensor lower = posterior.logVariance(levels, clean);
      Tensor upper = posterior.logBeta(levels, clean);
      Tensor share = range.get(modality).add(new Scalar(1.0)).mul(new Scalar(0.5));
      Tensor logVariance = lower.add(share.mul(upper.sub(lower)));
      Tensor mean = modelMean.get(modality);
      Tensor divergence = divergence(trueMean.get(modality), lower, mean, logVariance);
      Tensor likelihood = logLikelihood(clean, mean, logVariance.mul(new Scalar(0.5)));
      Tensor last = Positions.broadcast(levels, clean).eq(new Scalar(1L));
      bits.put(modality, likelihood.neg().where(last, divergence).div(new Scalar(LN2)));
    }
    return Latents.of(bits);
  }

  /** KL of two Gaussians per element, in nats. */
  private static Tensor divergence(
      Tensor mean1, Tensor logVariance1, Tensor mean2, Tensor logVariance2) {
    Tensor ratio = logVariance2.sub(logVariance1);
    Tensor distance = mean1.sub(mean2).square().mul(logVariance2.neg().exp());
    return ratio.add(ratio.neg().exp()).add(distance).sub(new Scalar(1.0)).mul(new Scalar(0.5));
  }

  /** log p of {@code x} under a discretised Gaussian. */
  private static Tensor logLikelihood(Tensor x, Tensor mean, Tensor logScale) {
    Tensor centred = x.sub(mean);
    Tensor inverse = logScale.neg().exp();
    Tensor above = cumulative(inverse.mul(centred.add(new Scalar(HALF_LEVEL))));
    Tensor below = cumulative(inverse.mul(centred.sub(new Scalar(HALF_LEVEL))));
    Tensor inside = safeLog(above.sub(below));
    Tensor right = safeLog(below.neg().add(new Scalar(1.0)));
    Tensor upper = right.where(x.gt(new Scalar(0.999)), inside);
    return safeLog(above).where(x.lt(new Scalar(-0.999)), upper);
  }

  private static Tensor safeLog(Tensor probability) {
    return probability.clamp_min(new Scalar(1e-12)).log();
  }

  /** The tanh approximation of the standard normal distribution function. */
  private static Tensor cumulative(Tensor x) {
    Tensor cubic = x.add(x.pow(new Scalar(3.0)), new Scalar(0.044715));
    return cubic
        .mul(new Scalar(Math.sqrt(2 / Math.PI)))
        .tanh()
        .add(new Scalar(1.0))
        .mul(new Scalar(0.5));
  }
}
