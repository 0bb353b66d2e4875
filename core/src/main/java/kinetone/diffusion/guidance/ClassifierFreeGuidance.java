package kinetone.diffusion.guidance;

import java.util.List;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.process.Positions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * Classifier-free guidance (Ho and Salimans 2021) in DiT's form: ε_u + s (ε_c − ε_u), where ε_u
 * sees null conditions. The weight of {@link NoisedConditionGuidance} is one less: s_DiT = s + 1.
 */
public final class ClassifierFreeGuidance implements Denoiser {
  /** Guides every channel. */
  public static final int ALL_CHANNELS = 0;

  private final Denoiser inner;
  private final int steps;
  private final GuidanceScale scale;
  private final Conditions dropped;
  private final int channels;
  private final Batching batching;

  /**
   * Guides {@code inner}.
   *
   * @param inner the denoiser
   * @param schedule gives T
   * @param scale the weight s
   * @param dropped what the unconditional pass is told; self-conditioning is passed on to it
   * @param channels how many leading channels are guided, the others stay conditional: DiT guides 3
   *     of 4, Open-Sora half, {@link #ALL_CHANNELS} all
   */
  public ClassifierFreeGuidance(
      Denoiser inner,
      NoiseSchedule schedule,
      GuidanceScale scale,
      Conditions dropped,
      int channels) {
    this(inner, schedule, scale, dropped, channels, Batching.BY_DEVICE);
  }

  /** The same with a choice of how the two passes are made. */
  public ClassifierFreeGuidance(
      Denoiser inner,
      NoiseSchedule schedule,
      GuidanceScale scale,
      Conditions dropped,
      int channels,
      Batching batching) {
    this.batching = batching;
    this.inner = inner;
    this.steps = schedule.steps();
    this.scale = scale;
    this.dropped = dropped;
    this.channels = Check.atLeast("guided channels", channels, 0);
  }

  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    double weight =
        scale instanceof GuidanceScale.Constant constant
            ? constant.scale()
            : scale.at(Positions.time(levels), steps);
    if (weight == 1) {
      return inner.predict(noisy, levels, conditions);
    }
    Conditions without =
        conditions.selfConditioning().map(dropped::withSelfConditioning).orElse(dropped);
    List<Prediction> passes =
        Passes.of(
            inner,
            batching,
            List.of(
                new Passes.Pass(noisy, levels, conditions),
                new Passes.Pass(noisy, levels, without)));
    Prediction conditional = passes.get(0);
    Latents unconditional = passes.get(1).noise();
    Scalar factor = new Scalar(weight);
    Latents guided = conditional.noise().zip(unconditional, (c, u) -> mix(c, u, factor));
    return new Prediction(
        Positions.whereNoisy(levels, guided, conditional.noise()), conditional.variance());
  }

  private Tensor mix(Tensor conditional, Tensor unconditional, Scalar weight) {
    Tensor all = unconditional.add(conditional.sub(unconditional), weight);
    long total = all.size(-1);
    if (channels == ALL_CHANNELS || channels >= total) {
      return all;
    }
    TensorVector parts = new TensorVector();
    parts.push_back(all.narrow(-1, 0, channels));
    parts.push_back(conditional.narrow(-1, channels, total - channels));
    return torch.cat(parts, -1);
  }
}
