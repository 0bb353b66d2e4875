package kinetone.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import kinetone.common.Check;
import kinetone.media.ClipFormat;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;

/**
 * One of the systems: what its models consist of, what they can do, and how parts become a {@link
 * DiffusionModel}. An implementation per system, in a package of its own; all of them are listed in
 * {@code META-INF/services/kinetone.pipeline.GenerativeSystem}.
 */
public interface GenerativeSystem {
  /** The name in {@code model_index.json}, in lower case. */
  String name();

  /** One line for people. */
  String summary();

  /** The components of its models. */
  List<Part> parts();

  /** What its models can do. */
  Set<TaskKind> tasks();

  /** The options that its models know besides {@link CommonOptions#ALL}. */
  List<Option<?>> options();

  /** How a model generates where nobody says otherwise. */
  OptionValues defaults();

  /**
   * The clips that a model of these parts makes; configurations are read, weights are not.
   *
   * @param asked what the components do not say
   */
  ClipFormat format(ModelParts parts, AskedFormat asked);

  /**
   * Requires, by their configurations alone, that the parts fit each other, the clips and what the
   * model does by default. Said here once: for packing and for loading.
   *
   * @throws kinetone.common.KinetoneException of kind USER naming what does not fit
   */
  void requireFit(ModelParts parts, ModelIndex index);

  /** Loads the parts, which fit. Call it outside of scopes. */
  DiffusionModel open(ModelParts parts, ModelIndex index, Device device, Precision precision);

  /** All options of its models. */
  default List<Option<?>> allOptions() {
    List<Option<?>> all = new ArrayList<>(CommonOptions.ALL);
    all.addAll(options());
    return all;
  }

  /** Refuses options that no model of this system knows. */
  default void requireKnown(OptionValues values) {
    List<Option<?>> known = allOptions();
    for (Option<?> option : values.options()) {
      Check.that(
          known.contains(option),
          "%s is not an option of %s models; they know: %s",
          option.name(),
          name(),
          String.join(", ", known.stream().map(Option::name).toList()));
    }
  }

  /**
   * Refuses what no model of this system does or knows; no weights are needed for it.
   *
   * @throws kinetone.common.KinetoneException of kind USER
   */
  default void requireKnown(GenerateRequest request) {
    TaskKind kind = TaskKind.of(request.task());
    Check.that(
        tasks().contains(kind),
        "models of system %s do: %s; this one cannot do %s",
        name(),
        tasks().stream().sorted().map(TaskKind::label).collect(Collectors.joining(", ")),
        kind.label());
    requireKnown(request.options());
  }
}
