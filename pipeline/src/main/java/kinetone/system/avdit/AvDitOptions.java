package kinetone.system.avdit;

import java.util.List;
import kinetone.pipeline.Option;

/** Options of AV-DiT models. */
public final class AvDitOptions {
  /** The class that the clip shall be of. */
  public static final Option<String> CLASS_LABEL =
      Option.text(
          "class_label",
          100,
          "Class of the clip, by name or number; any: one that the seed draws; none: the model without"
              + " a class, and without guidance. Unless given: any for both together, if the model names its classes, and none for one from the other.");

  /** In how many steps sound is made for pictures that were made with it. */
  public static final Option<Integer> NUM_SOUND_STEPS =
      Option.integer(
          "num_sound_steps",
          0,
          0,
          1000,
          "Denoising steps in which the sound of a clip that is made whole is made once more, for the"
              + " pictures as they have become; 0: not.");

  static final List<Option<?>> ALL = List.of(CLASS_LABEL, NUM_SOUND_STEPS);

  private AvDitOptions() {}
}
