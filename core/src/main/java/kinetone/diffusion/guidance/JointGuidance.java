package kinetone.diffusion.guidance;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
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
  private final Batching batching;

  /**
   * Guides {@code inner}.
   *
   * @param schedule gives T
   * @param scale s; 0 means no guidance and a single pass
   * @param noise drawn from at every step, independent of the sampler's source
   */
  public JointGuidance(Denoiser inner, NoiseSchedule schedule, double scale, NoiseSource noise) {
    this(inner, schedule, scale, noise, Batching.BY_DEVICE);
  }

  /** The same with a choice of how the passes are made. */
  public JointGuidance(
      Denoiser inner, NoiseSchedule schedule, double scale, NoiseSource noise, Batching batching) {
    this.batching = batching;
    this.inner = inner;
    this.steps = schedule.steps();
    this.scale = Check.atLeast("guidance scale", scale, 0.0);
    this.noise = noise;
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    if (scale == 0) {
      return inner.predict(noisy, levels, conditions);
    }
    Latents fresh = noise.like(noisy);
    List<Passes.Pass> passes = new ArrayList<>();
    passes.add(new Passes.Pass(noisy, levels, conditions));
    noisy.modalities().forEach(m -> passes.add(alone(m, noisy, levels, conditions, fresh)));
    List<Prediction> said = Passes.of(inner, batching, passes);
    Prediction joint = said.get(0);
    Map<Modality, Tensor> guided = new EnumMap<>(Modality.class);
    int next = 1;
    for (Modality modality : noisy.modalities()) {
      Tensor alone = said.get(next++).noise().get(modality);
      guided.put(
          modality,
          joint.noise().get(modality).mul(new Scalar(1 + scale)).sub(alone, new Scalar(scale)));
    }
    return new Prediction(Latents.of(guided), joint.variance());
  }

  /** What shows one modality and nothing of the others. */
  private Passes.Pass alone(
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
    return new Passes.Pass(Latents.of(inputs), NoiseLevels.of(times), without);
  }
}
