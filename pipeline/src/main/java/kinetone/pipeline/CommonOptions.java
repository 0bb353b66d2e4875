package kinetone.pipeline;

import java.util.List;
import kinetone.diffusion.process.VarianceType;

/** Options of every system, and those of text, which systems that hear words list. */
public final class CommonOptions {
  /** Denoising steps. */
  public static final Option<Integer> NUM_INFERENCE_STEPS =
      Option.integer("num_inference_steps", 50, 1, 1000, "Denoising steps.");

  /** Strength of classifier-free guidance in diffusers' convention. */
  public static final Option<Double> GUIDANCE_SCALE =
      Option.number(
          "guidance_scale", 1, 0, 100, "Strength of classifier-free guidance; 1 (or less): none.");

  /** How to denoise. */
  public static final Option<SamplerChoice> SAMPLER =
      Option.choice(
          "sampler",
          SamplerChoice.DDIM,
          SamplerChoice.class,
          "Steps by DDIM, by ancestral sampling or by DPM-Solver++ (2M).");

  /** The variance of ancestral steps, for networks that learned one. */
  public static final Option<StepVariance> VARIANCE =
      Option.choice(
          "variance",
          StepVariance.MODEL,
          StepVariance.class,
          "Variance of the steps of sampler ddpm: the model's own choice, beta tilde, beta, or as the"
              + " network says, if it learned to.");

  /** What the clip shall show. */
  public static final Option<String> PROMPT = Option.text("prompt", 4000, "What the clip shows.");

  /** What it shall not show. */
  public static final Option<String> NEGATIVE_PROMPT =
      Option.text("negative_prompt", 4000, "What the clip does not show.");

  /** What happens when, in the sound of a long video. */
  public static final Option<TimedPrompts> PROMPTS =
      Option.of(
          "prompts",
          TimedPrompts.NONE,
          "FROM-TO: WORDS; ...",
          "v2a: what happens when, such as \"0-3: a ball bounces; 3-6: rain falls\"; elsewhere the prompt"
              + " holds.",
          TimedPrompts::parse,
          TimedPrompts::read,
          TimedPrompts::write);

  /** The options that every system knows. */
  public static final List<Option<?>> ALL =
      List.of(NUM_INFERENCE_STEPS, GUIDANCE_SCALE, SAMPLER, VARIANCE);

  private CommonOptions() {}

  /** The variance of ancestral steps by the names users type. */
  public enum StepVariance {
    /** As the denoiser's configuration has it. */
    MODEL,
    /** {@link VarianceType#FIXED_SMALL}. */
    FIXED_SMALL,
    /** {@link VarianceType#FIXED_LARGE}. */
    FIXED_LARGE,
    /** {@link VarianceType#LEARNED_RANGE}. */
    LEARNED_RANGE;

    /** The variance, for a model whose own is {@code ofModel}. */
    public VarianceType or(VarianceType ofModel) {
      return this == MODEL ? ofModel : VarianceType.valueOf(name());
    }
  }
}
