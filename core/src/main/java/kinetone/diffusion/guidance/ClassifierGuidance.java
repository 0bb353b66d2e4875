package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.Positions;
import kinetone.diffusion.schedule.LogSignal;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Classifier guidance (Dhariwal and Nichol 2021, algorithm 2): ε − s σ_t ∇ log p(y | z_t), with σ_t
 * = √(1−ᾱ_t) of each position. Around {@link ClassifierFreeGuidance} it is Diff-Foley's double
 * guidance (Luo et al. 2023, section 3.3). Positions whose noise level is 0 stay as they are.
 */
public final class ClassifierGuidance implements Denoiser {
  private final Denoiser inner;
  private final LogSignal schedule;
  private final double scale;
  private final LogProbability classifier;

  /** How well noisy latents fit what is wanted. */
  @FunctionalInterface
  public interface LogProbability {
    /**
     * log p(y | z_t), differentiable with respect to {@code noisy}.
     *
     * @return (B), in nats, up to a constant
     */
    Tensor of(Latents noisy, NoiseLevels levels, Conditions conditions);
  }

  /**
   * Guides {@code inner}.
   *
   * @param inner the denoiser
   * @param schedule gives σ_t
   * @param scale s; 0 means no guidance and no gradient
   * @param classifier log p
   */
  public ClassifierGuidance(
      Denoiser inner, NoiseSchedule schedule, double scale, LogProbability classifier) {
    this.inner = inner;
    this.schedule = new LogSignal(schedule);
    this.scale = Check.atLeast("classifier guidance scale", scale, 0.0);
    this.classifier = classifier;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    Prediction prediction = inner.predict(noisy, levels, conditions);
    if (scale == 0) {
      return prediction;
    }
    try (TensorScope scope = TensorScope.open()) {
      Latents slope = gradient(noisy, levels, conditions);
      Map<Modality, Tensor> guided = new EnumMap<>(Modality.class);
      for (Modality modality : noisy.modalities()) {
        Tensor noise = prediction.noise().get(modality);
        Tensor deviation = deviation(levels, modality, noise);
        guided.put(
            modality,
            scope.keep(noise.addcmul(deviation, slope.get(modality), new Scalar(-scale))));
      }
      return new Prediction(Latents.of(guided), prediction.variance());
    }
  }

  private Latents gradient(Latents noisy, NoiseLevels levels, Conditions conditions) {
    try (AutoGradMode withGradient = new AutoGradMode(true)) {
      Latents start = noisy.map(t -> t.detach().set_requires_grad(true));
      return InputGradient.of(classifier.of(start, levels, conditions).sum(), start);
    }
  }

  /** σ_t of each position, shaped to broadcast over {@code like}; levels may be fractions. */
  private Tensor deviation(NoiseLevels all, Modality modality, Tensor like) {
    Tensor levels = all.get(modality);
    if (all.time().isPresent()) {
      // No look at the tensor: that would wait for the GPU.
      double noise = schedule.noise(all.time().getAsDouble());
      Tensor noisy = levels.gt(new Scalar(0L)).to(like.device(), like.scalar_type());
      return Positions.broadcast(noisy.mul(new Scalar(noise)), like);
    }
    float[] values = Tensors.toFloats(levels);
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) schedule.noise(values[i]);
    }
    Tensor deviations = Tensors.of(values, levels.shape()).to(like.device(), like.scalar_type());
    return Positions.broadcast(deviations, like);
  }
}
