package kinetone.diffusion.loss;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.ForwardProcess;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Training of a noise prediction network (Kim et al. 2024, algorithm 2): draw t(m, n) and ε, make
 * z_t, optionally estimate x_0 in a first pass, and compare the prediction with ε.
 */
public final class DiffusionObjective {
  private final ForwardProcess process;
  private final TimestepSampler timesteps;
  private final SelfConditioning selfConditioning;
  private final DenoisingLoss loss;

  /**
   * An objective.
   *
   * @param schedule the noise schedule
   * @param timesteps draws t(m, n); its T is the schedule's
   * @param selfConditioning one coin is thrown per call, so that the micro batches without it save
   *     the first pass
   * @param loss what is minimised
   */
  public DiffusionObjective(
      NoiseSchedule schedule,
      TimestepSampler timesteps,
      SelfConditioning selfConditioning,
      DenoisingLoss loss) {
    this.process = new ForwardProcess(schedule);
    this.timesteps = timesteps;
    this.selfConditioning = selfConditioning;
    this.loss = loss;
  }

  /**
   * The loss graph of one micro batch.
   *
   * @param denoiser the network in training
   * @param clean standardised latents (B, time, ..., C)
   * @param conditions what else the network is told, without self-conditioning
   * @param rng draws timesteps, then noise, then the coin
   */
  public DenoisingLoss.Value of(Denoiser denoiser, Latents clean, Conditions conditions, Rng rng) {
    DenoisingLoss.Sample sample = draw(clean, rng);
    Conditions given = conditions;
    if (selfConditioning.enabled()) {
      boolean estimated = rng.nextDouble() < selfConditioning.rate();
      given =
          conditions.withSelfConditioning(
              estimated ? estimate(denoiser, sample, conditions) : clean.map(torch::zeros_like));
    }
    return loss.of(sample, denoiser.predict(sample.noisy(), sample.levels(), given));
  }

  /** Draws timesteps and noise and makes z_t. */
  public DenoisingLoss.Sample draw(Latents clean, Rng rng) {
    return draw(clean, timesteps.sample(clean.batch(), rng), rng);
  }

  /** Draws noise for given timesteps and makes z_t. */
  public DenoisingLoss.Sample draw(Latents clean, NoiseLevels drawn, Rng rng) {
    Map<Modality, Tensor> levels = new EnumMap<>(Modality.class);
    Map<Modality, Tensor> noises = new EnumMap<>(Modality.class);
    for (Modality modality : clean.modalities()) {
      Tensor like = clean.get(modality);
      Tensor t = drawn.get(modality);
      levels.put(modality, t.to(like.device(), t.scalar_type()));
      noises.put(modality, rng.normal(like.shape()).to(like.device(), like.scalar_type()));
    }
    NoiseLevels placed = NoiseLevels.of(levels);
    Latents noise = Latents.of(noises);
    return new DenoisingLoss.Sample(clean, noise, process.q(clean, noise, placed), placed);
  }

  private Latents estimate(Denoiser denoiser, DenoisingLoss.Sample sample, Conditions conditions) {
    try (NoGradGuard noGrad = new NoGradGuard()) {
      Conditions empty = conditions.withSelfConditioning(sample.clean().map(torch::zeros_like));
      Latents epsilon = denoiser.predict(sample.noisy(), sample.levels(), empty).noise();
      Latents clean = process.clean(sample.noisy(), epsilon, sample.levels());
      return selfConditioning.condition(clean, sample.noisy(), sample.levels()).map(Tensor::detach);
    }
  }
}
