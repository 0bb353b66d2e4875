package kinetone.system.uniform;

import java.util.List;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Option;

/** Options of UniForm models. */
public final class UniFormOptions {
  /** Strength of the guidance towards a given picture or sound. */
  public static final Option<Double> GIVEN_GUIDANCE_SCALE =
      Option.number(
          "given_guidance_scale",
          1,
          0,
          100,
          "Strength of the guidance towards the given picture or sound, beside guidance_scale, which is"
              + " that of the prompt; 1: none.");

  static final List<Option<?>> ALL =
      List.of(
          CommonOptions.PROMPT,
          CommonOptions.NEGATIVE_PROMPT,
          CommonOptions.PROMPTS,
          GIVEN_GUIDANCE_SCALE);

  private UniFormOptions() {}
}
