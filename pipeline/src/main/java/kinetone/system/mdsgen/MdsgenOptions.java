package kinetone.system.mdsgen;

import java.util.List;
import kinetone.pipeline.Option;

/** Options of MDSGen models. */
public final class MdsgenOptions {
  /** "Dynamic" guidance in name only: MDT's curve with the released code's power. */
  public static final Option<Double> GUIDANCE_POWER =
      Option.number(
          "guidance_power", 0.01, 0, 100, "How soon guidance reaches its strength; 0 at once.");

  /** Strength of guidance by the alignment classifier, for models that have one. */
  public static final Option<Double> CLASSIFIER_GUIDANCE_SCALE =
      Option.number(
          "classifier_guidance_scale",
          0,
          0,
          1000,
          "Strength of guidance by the alignment classifier, for models that have one; 0 for none.");

  static final List<Option<?>> ALL = List.of(GUIDANCE_POWER, CLASSIFIER_GUIDANCE_SCALE);

  private MdsgenOptions() {}
}
