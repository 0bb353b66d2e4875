package kinetone.pipeline;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;

/** The systems there are: those listed as services, of this library and of programs around it. */
public final class Systems {
  private Systems() {}

  /** All systems. */
  public static List<GenerativeSystem> all() {
    return ServiceLoader.load(GenerativeSystem.class, Systems.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }

  /**
   * The system called {@code name}.
   *
   * @throws KinetoneException naming those that exist
   */
  public static GenerativeSystem named(String name) {
    List<GenerativeSystem> all = all();
    return all.stream()
        .filter(system -> system.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                KinetoneException.user(
                    "system '%s' is unknown; known: %s",
                    name,
                    all.stream().map(GenerativeSystem::name).collect(Collectors.joining(", "))));
  }

  /** The options of all systems, each once: the common ones first. */
  public static Set<Option<?>> options() {
    Set<Option<?>> options = new LinkedHashSet<>(CommonOptions.ALL);
    all().forEach(system -> options.addAll(system.options()));
    return options;
  }
}
