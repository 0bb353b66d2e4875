package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.Positions;
import kinetone.diffusion.sampler.NoiseSource;
import kinetone.diffusion.task.TaskMask;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * "CFG for free" (Kim et al. 2024, appendix, after UniDiffuser): ε = (1 + s) ε_cond − s ε_uncond at
 * generated positions, where ε_uncond sees fresh N(0, I) at t = T in the place of the condition.
 * The paper's equation prints the two index ranges swapped; its prose, figure 10 and UniDiffuser's
 * code agree on this. Positions whose noise level is 0 are the condition. In the unconditional pass
 * the self-conditioning estimate of dropped positions is zero, because it is the condition itself.
 * Pointless (two equal passes) when nothing is given: {@link TaskMask#hasCondition()} tells.
 */
public final class NoisedConditionGuidance implements Denoiser {
  private final Denoiser inner;
  private final double scale;
  private final int steps;
  private final NoiseSource noise;
  private final Batching batching;

  /**
   * Guides {@code inner}.
   *
   * @param inner the denoiser
   * @param schedule gives T
   * @param scale s; 0 means no guidance and no second pass
   * @param noise drawn from at every step, independent of the sampler's source
   */
  public NoisedConditionGuidance(
      Denoiser inner, NoiseSchedule schedule, double scale, NoiseSource noise) {
    this(inner, schedule, scale, noise, Batching.BY_DEVICE);
  }

  /** The same with a choice of how the two passes are made. */
  public NoisedConditionGuidance(
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
    Map<Modality, Tensor> inputs = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> times = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> estimates = new EnumMap<>(Modality.class);
    Optional<Latents> estimate = conditions.selfConditioning();
    for (Modality modality : noisy.modalities()) {
      Tensor z = noisy.get(modality);
      Tensor t = levels.get(modality);
      Tensor drop = t.eq(new Scalar(0L));
      Tensor wide = Positions.broadcast(drop, z);
      inputs.put(modality, fresh.get(modality).where(wide, z));
      times.put(modality, t.masked_fill(drop, new Scalar((long) steps)));
      estimate.ifPresent(
          e -> {
            Tensor values = e.get(modality);
            estimates.put(modality, torch.zeros_like(values).where(wide, values));
          });
    }
    Conditions without =
        estimate.isPresent() ? conditions.withSelfConditioning(Latents.of(estimates)) : conditions;
    List<Prediction> passes =
        Passes.of(
            inner,
            batching,
            List.of(
                new Passes.Pass(noisy, levels, conditions),
                new Passes.Pass(Latents.of(inputs), NoiseLevels.of(times), without)));
    Prediction conditional = passes.get(0);
    Latents unconditional = passes.get(1).noise();
    Latents guided =
        conditional
            .noise()
            .zip(unconditional, (c, u) -> c.mul(new Scalar(1 + scale)).sub(u, new Scalar(scale)));
    return new Prediction(
        Positions.whereNoisy(levels, guided, conditional.noise()), conditional.variance());
  }
}
