package kinetone.diffusion.guidance;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.sampler.CarriedLatents;
import kinetone.diffusion.sampler.NoiseSource;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.StepwiseSampler;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Zero-shot conditioning of a jointly trained network by gradients (MM-Diffusion, Ruan et al.
 * 2023): the condition enters noised to the present level, always with the same noise, and the
 * generated part of z_{t−1} is moved against the gradient of the distance between the condition's
 * predicted and true z_{t−1}. The gradient goes through the network to the generated part of z_t.
 * The last step is not corrected.
 */
public final class ReconstructionGuidance implements Sampler {
  /** Which of the two published forms. */
  public enum Form {
    /**
     * Equations 8 to 12 in the appendix of Kim et al. 2024: squared L2 norm, step λ √(1−ᾱ) of the
     * level that is reached. (Their gradient is written with respect to the result, of which the
     * compared part is no function; the input is meant.) Diverges for λ above 0.02.
     */
    PAPER,
    /**
     * MM-Diffusion's code: mean squared error, step λ √ᾱ of the level that is left. Its scripts use
     * λ = 3. The mean is taken per example, so that results do not depend on the batch size.
     */
    CODE
  }

  private final StepwiseSampler inner;
  private final Form form;
  private final double scale;
  private final NoiseSource conditionNoise;

  /**
   * Guides {@code inner}.
   *
   * @param inner the sampler whose steps are corrected
   * @param form which form
   * @param scale λ
   * @param conditionNoise drawn from once per run: the fixed ε of the condition
   */
  public ReconstructionGuidance(
      StepwiseSampler inner, Form form, double scale, NoiseSource conditionNoise) {
    this.inner = inner;
    this.form = form;
    this.scale = Check.atLeast("guidance scale", scale, 0.0);
    this.conditionNoise = conditionNoise;
  }

  @Override
  public Latents sample(SamplingRequest request) {
    Check.that(request.mask().hasCondition(), "reconstruction guidance needs a condition");
    Latents given = request.given();
    try (TensorScope scope = TensorScope.open();
        CarriedLatents noisy = new CarriedLatents(request.noise().like(given));
        CarriedLatents estimate = new CarriedLatents(given.map(torch::zeros_like))) {
      Latents fixed = conditionNoise.like(given);
      int steps = inner.respacing().steps();
      for (int done = 0; done < steps; done++) {
        request.listener().progress(done, steps);
        int i = steps - 1 - done;
        int from = inner.respacing().timestep(i);
        int to = inner.respacing().previous(i);
        try (TensorScope turn = TensorScope.open()) {
          step(request, noisy, estimate, fixed, from, to);
        }
      }
      request.listener().progress(steps, steps);
      return request.mask().select(noisy.get(), given).map(scope::keep);
    }
  }

  private void step(
      SamplingRequest request,
      CarriedLatents noisy,
      CarriedLatents estimate,
      Latents fixed,
      int from,
      int to) {
    TaskMask mask = request.mask();
    Latents given = request.given();
    Latents start =
        mask.select(noisy.get(), diffuse(given, fixed, from))
            .map(t -> t.detach().set_requires_grad(true));
    StepwiseSampler.Step result;
    Optional<Latents> gradient = Optional.empty();
    try (AutoGradMode withGradient = new AutoGradMode(true)) {
      Conditions conditions = request.conditions();
      if (request.selfConditioning().enabled()) {
        conditions = conditions.withSelfConditioning(estimate.get());
      }
      Denoiser.Prediction prediction =
          request.denoiser().predict(start, uniform(start, from), conditions);
      result = inner.step(start, prediction, from, to, request.noise());
      if (to > 0 && scale > 0) {
        gradient =
            Optional.of(
                InputGradient.of(distance(mask, result.next(), diffuse(given, fixed, to)), start));
      }
    }
    Latents next = result.next().map(Tensor::detach);
    Scalar weight = new Scalar(-scale * factor(from, to));
    noisy.advance(gradient.map(g -> next.zip(g, (z, d) -> z.add(d, weight))).orElse(next));
    estimate.advance(request.selfConditioning().clamp(result.clean().map(Tensor::detach)));
  }

  private double factor(int from, int to) {
    NoiseSchedule schedule = inner.schedule();
    return form == Form.PAPER ? schedule.noise(to) : schedule.signal(from);
  }

  private Latents diffuse(Latents clean, Latents fixed, int t) {
    Scalar signal = new Scalar(inner.schedule().signal(t));
    Scalar noise = new Scalar(inner.schedule().noise(t));
    return clean.zip(fixed, (x, e) -> x.mul(signal).add(e, noise));
  }

  /** The distance at given positions, summed over examples and modalities. */
  private Tensor distance(TaskMask mask, Latents predicted, Latents target) {
    Tensor total = null;
    for (Modality modality : target.modalities()) {
      Tensor difference = predicted.get(modality).sub(target.get(modality)).square();
      long given = given(mask, modality);
      if (given == 0) {
        continue;
      }
      Tensor generated = mask.tensor(modality, difference);
      Tensor sum = difference.masked_fill(generated, new Scalar(0.0)).sum();
      long perPosition = difference.numel() / (difference.size(0) * difference.size(1));
      Tensor mine = form == Form.PAPER ? sum : sum.div(new Scalar((double) given * perPosition));
      total = total == null ? mine : total.add(mine);
    }
    return total;
  }

  private static long given(TaskMask mask, Modality modality) {
    long given = 0;
    for (boolean generated : mask.generated(modality)) {
      given += generated ? 0 : 1;
    }
    return given;
  }

  private static NoiseLevels uniform(Latents latents, int t) {
    Map<Modality, Integer> lengths = new EnumMap<>(Modality.class);
    for (Modality modality : latents.modalities()) {
      lengths.put(modality, Math.toIntExact(latents.get(modality).size(1)));
    }
    return TaskMask.all(lengths).levels(t, latents);
  }
}
