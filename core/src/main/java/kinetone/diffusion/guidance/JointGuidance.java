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
import kinetone.diffusion.sampler.NoiseSource;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Classifier-free guidance of joint generation, where nothing is given: each modality is pushed
 * towards what the other one shows, ε̂ = (1 + s) ε(z_v, z_a) − s [ε_v(z_v, noise), ε_a(noise, z_a)]
 * (Bao et al. 2023, UniDiffuser, "classifier-free guidance for free", joint sampling). The noise is
 * fresh N(0, I) at t = T, as in {@link NoisedConditionGuidance}; one more pass per modality.
 */
public final class JointGuidance implements Denoiser {
  private final Denoiser inner;
  private final double scale;
  private final int steps;
  private final NoiseSource noise;

  /**
   * Guides {@code inner}.
   *
   * @param schedule gives T
   * @param scale s; 0 means no guidance and a single pass
   * @param noise drawn from at every step, independent of the sampler's source
   */
  public JointGuidance(Denoiser inner, NoiseSchedule schedule, double scale, NoiseSource noise) {
    this.inner = inner;
    this.steps = schedule.steps();
    this.scale = Check.atLeast("guidance scale", scale, 0.0);
    this.noise = noise;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    Prediction joint = inner.predict(noisy, levels, conditions);
    if (scale == 0) {
      return joint;
    }
    Latents fresh = noise.like(noisy);
    Map<Modality, Tensor> guided = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      Tensor alone = alone(modality, noisy, levels, conditions, fresh);
      guided.put(
          modality,
          joint.noise().get(modality).mul(new Scalar(1 + scale)).sub(alone, new Scalar(scale)));
    }
    return new Prediction(Latents.of(guided), joint.variance());
  }

  /** The prediction for one modality that sees nothing of the others. */
  private Tensor alone(
      Modality kept, Latents noisy, NoiseLevels levels, Conditions conditions, Latents fresh) {
    Map<Modality, Tensor> inputs = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> times = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> estimates = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      boolean keep = modality == kept;
      Tensor t = levels.get(modality);
      inputs.put(modality, keep ? noisy.get(modality) : fresh.get(modality));
      times.put(modality, keep ? t : torch.full_like(t, new Scalar((long) steps)));
      conditions
          .selfConditioning()
          .ifPresent(
              e ->
                  estimates.put(
                      modality, keep ? e.get(modality) : torch.zeros_like(e.get(modality))));
    }
    Conditions without =
        estimates.isEmpty() ? conditions : conditions.withSelfConditioning(Latents.of(estimates));
    return inner.predict(Latents.of(inputs), NoiseLevels.of(times), without).noise().get(kept);
  }
}
