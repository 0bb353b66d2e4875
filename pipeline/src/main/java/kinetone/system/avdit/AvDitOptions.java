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

  static final List<Option<?>> ALL = List.of(CLASS_LABEL);

  private AvDitOptions() {}
}
