package kinetone.exchange;

import java.util.List;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/** Every network that can be imported; a new one gets a line here. */
public final class ImportTargets {
  /** In the order in which people see them. */
  public static final List<ImportTarget<?>> ALL =
      List.of(
          new DitTarget(),
          AutoencoderKlTarget.SD,
          AutoencoderKlTarget.AUDIOLDM,
          new HiFiGanTarget(),
          new MdsgenTarget(),
          new CavpTarget());

  private ImportTargets() {}

  /**
   * The network called {@code name}.
   *
   * @throws KinetoneException naming those that exist
   */
  public static ImportTarget<?> named(String name) {
    return ALL.stream()
        .filter(target -> target.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "network '%s' is unknown; known: %s",
                    name, ALL.stream().map(ImportTarget::name).collect(Collectors.joining(", "))));
  }

  /**
   * The network of a component folder.
   *
   * @throws KinetoneException when it is none of these
   */
  public static ImportTarget<?> ofType(String type) {
    return ALL.stream()
        .filter(target -> target.type().equals(type))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "a component of type '%s' has no public form; those that have: %s",
                    type, ALL.stream().map(ImportTarget::type).collect(Collectors.joining(", "))));
  }
}
