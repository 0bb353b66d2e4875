package kinetone.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;

/**
 * The components of a model by role, each in a folder of its own: of a model folder, or where
 * training or an import left it.
 *
 * @param what whose parts they are, for errors
 * @param folders by role
 */
public record ModelParts(String what, Map<String, Path> folders) {
  /** Copies the map. */
  public ModelParts {
    folders = Map.copyOf(folders);
  }

  /**
   * The parts of the model in {@code folder}.
   *
   * @throws KinetoneException when one is missing or of another type
   */
  public static ModelParts of(GenerativeSystem system, Path folder) {
    Map<String, Path> found = new LinkedHashMap<>();
    for (Part part : system.parts()) {
      Path place = folder.resolve(part.folder());
      if (part.required() || Files.isDirectory(place)) {
        found.put(part.role(), place);
      }
    }
    ModelParts parts = new ModelParts(folder.toString(), found);
    parts.requireTypes(system);
    return parts;
  }

  /**
   * Parts that somebody named.
   *
   * @throws KinetoneException when one is missing, unknown, or of another type
   */
  public static ModelParts named(GenerativeSystem system, Map<String, Path> folders) {
    List<String> roles = system.parts().stream().map(Part::role).toList();
    folders.forEach(
        (role, folder) ->
            Check.that(
                roles.contains(role),
                "models of system %s have no part '%s'; they have: %s",
                system.name(),
                role,
                String.join(", ", roles)));
    for (Part part : system.parts()) {
      Check.that(
          !part.required() || folders.containsKey(part.role()),
          "a model of system %s needs --part %s=FOLDER, %s; its parts: %s",
          system.name(),
          part.role(),
          part.help(),
          system.parts().stream()
              .map(p -> p.required() ? p.role() : p.role() + " (if wanted)")
              .collect(Collectors.joining(", ")));
    }
    ModelParts parts = new ModelParts("the model", withInner(system, folders));
    parts.requireTypes(system);
    return parts;
  }

  /** With the parts that lie within others and that nobody named, such as a codec's vocoder. */
  private static Map<String, Path> withInner(GenerativeSystem system, Map<String, Path> named) {
    Map<String, Path> all = new LinkedHashMap<>(named);
    for (Part inner : system.parts()) {
      for (Part outer : system.parts()) {
        if (inner.folder().startsWith(outer.folder() + "/") && named.containsKey(outer.role())) {
          Path place =
              named
                  .get(outer.role())
                  .resolve(inner.folder().substring(outer.folder().length() + 1));
          if (Files.isDirectory(place)) {
            all.putIfAbsent(inner.role(), place);
          }
        }
      }
    }
    return all;
  }

  private void requireTypes(GenerativeSystem system) {
    for (Part part : system.parts()) {
      find(part.role()).filter(folder -> !part.types().isEmpty()).ifPresent(f -> require(part, f));
    }
  }

  private static void require(Part part, Path folder) {
    String type = ComponentFolder.type(folder);
    if (!part.types().contains(type)) {
      throw KinetoneException.user(
          "%s holds a %s; expected is a %s", folder, type, String.join(" or ", part.types()));
    }
  }

  /** The folder of a part that is there. */
  public Path get(String role) {
    return find(role)
        .orElseThrow(() -> KinetoneException.internal("there is no part '%s' here", role));
  }

  /** The folder of a part, if there is one. */
  public Optional<Path> find(String role) {
    return Optional.ofNullable(folders.get(role));
  }

  /** Copies the parts into the model folder {@code model}. */
  void copy(GenerativeSystem system, Path model) {
    for (Part part : system.parts()) {
      find(part.role()).ifPresent(from -> part.copier().accept(from, model.resolve(part.folder())));
    }
  }
}
