package kinetone.model.mdsgen;

import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ConditionDrop;
import kinetone.diffusion.loss.Counted;
import kinetone.diffusion.loss.DenoisingLoss;
import kinetone.diffusion.loss.DiffusionObjective;
import kinetone.diffusion.loss.HybridLoss;
import kinetone.diffusion.loss.MinSnr;
import kinetone.diffusion.loss.NoiseLoss;
import kinetone.diffusion.loss.PositionWeight;
import kinetone.diffusion.loss.Weighting;
import kinetone.diffusion.process.PredictionType;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.timestep.TimestepSampler;
import kinetone.diffusion.timestep.Vanilla;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * The training of {@link Mdsgen}: the loss of a pass that sees all tokens plus λ times that of a
 * masked pass (Pham, Ton, Yoo 2025, eq. 1). As in MDT's trainer both passes are of the same latents
 * at the same timesteps, with noise and condition drop drawn anew. Parts: those of the loss, and
 * the same with {@code masked_} in front.
 */
public final class MaskedObjective {
  private final NoiseSchedule schedule;
  private final DiffusionObjective diffusion;
  private final TimestepSampler timesteps;
  private final DenoisingLoss loss;
  private final Masking masking;
  private final double maskedWeight;
  private final ConditionDrop drop;

  /**
   * An objective.
   *
   * @param schedule the noise schedule
   * @param timesteps draws one timestep per example; its T is the schedule's
   * @param loss of either pass
   * @param masking what the masked pass hides; with {@link Masking#NONE} there is none
   * @param maskedWeight λ
   * @param drop of the features
   */
  public MaskedObjective(
      NoiseSchedule schedule,
      TimestepSampler timesteps,
      DenoisingLoss loss,
      Masking masking,
      double maskedWeight,
      ConditionDrop drop) {
    this.schedule = schedule;
    this.diffusion = new DiffusionObjective(schedule, timesteps, SelfConditioning.NONE, loss);
    this.timesteps = timesteps;
    this.loss = loss;
    this.masking = masking;
    this.maskedWeight = Check.atLeast("masked weight", maskedWeight, 0);
    this.drop = drop;
  }

  /**
   * MDSGen's: squared error and variational bound, 30 % of the time masked, λ = 1, a tenth of the
   * conditions dropped.
   *
   * @param length of the latents in time
   * @param minSnr whether the squared error is weighted by min(SNR, 5) / SNR, as in MDT's code
   */
  public static MaskedObjective ofMdsgen(NoiseSchedule schedule, int length, boolean minSnr) {
    PositionWeight weight = minSnr ? new MinSnr(schedule, 5) : PositionWeight.NONE;
    NoiseLoss error = new NoiseLoss(Weighting.ALL_ELEMENTS, Counted.ALL, weight);
    return new MaskedObjective(
        schedule,
        new Vanilla(schedule.steps(), Map.of(Modality.AUDIO, length)),
        new HybridLoss(schedule, error),
        new Masking.TemporalAware(0.3),
        1,
        new ConditionDrop(0.1));
  }

  /**
   * The loss graph of one micro batch.
   *
   * @param network the network in training
   * @param clean standardised audio latents (B, L, F, C)
   * @param conditions the features of all examples
   * @param rng draws timesteps; noise and condition drop of the full pass; the mask; noise and
   *     condition drop of the masked pass
   */
  public DenoisingLoss.Value of(Mdsgen network, Latents clean, Conditions conditions, Rng rng) {
    NoiseLevels levels = timesteps.sample(clean.batch(), rng);
    PredictionType prediction = network.config().diffusion().prediction();
    Denoiser whole = prediction.noisePrediction(network, schedule);
    DenoisingLoss.Value full = pass(whole, clean, levels, conditions, rng);
    return masking
        .draw(network.config().latent(), clean.batch(), rng)
        .map(
            visible -> {
              Denoiser masked = network.masked(visible.to(clean.audio().device()));
              Denoiser hidden = prediction.noisePrediction(masked, schedule);
              return sum(full, pass(hidden, clean, levels, conditions, rng));
            })
        .orElse(full);
  }

  private DenoisingLoss.Value pass(
      Denoiser denoiser, Latents clean, NoiseLevels levels, Conditions conditions, Rng rng) {
    DenoisingLoss.Sample sample = diffusion.draw(clean, levels, rng);
    Conditions dropped = drop.apply(conditions, clean.batch(), rng);
    return loss.of(sample, denoiser.predict(sample.noisy(), sample.levels(), dropped));
  }

  private DenoisingLoss.Value sum(DenoisingLoss.Value full, DenoisingLoss.Value masked) {
    Map<String, Tensor> parts = new LinkedHashMap<>(full.parts());
    masked.parts().forEach((name, part) -> parts.put("masked_" + name, part));
    Tensor total = full.total().add(masked.total(), new Scalar(maskedWeight));
    return new DenoisingLoss.Value(total, parts);
  }
}
