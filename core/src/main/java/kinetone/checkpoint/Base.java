package kinetone.checkpoint;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import kinetone.common.Check;

/**
 * The component that another one builds on: the other's folder holds only the tensors that differ
 * from it or are new. The optional key {@code base} of {@code config.json}.
 *
 * @param folder of the base; a relative path begins at the folder of the component that names it
 * @param sha256 of the base's weights
 * @param prefix what the network of the component puts before the names of the base's tensors, such
 *     as {@code base.}; absent when nothing
 */
public record Base(
    String folder, String sha256, @JsonInclude(JsonInclude.Include.NON_NULL) String prefix) {
  /** Checks that the base is named. */
  public Base {
    Check.that(
        folder != null && !folder.isBlank() && folder.indexOf(0) < 0,
        "base folder is missing or no path");
    Check.that(
        sha256 != null && sha256.matches("[0-9a-f]{64}"),
        "base sha256 = '%s', must be 64 hexadecimal digits in lower case",
        sha256);
    Check.that(
        prefix == null || !prefix.isEmpty(), "base prefix is empty; leave it out or name it");
  }

  /**
   * The base {@code base} for a component that will lie in {@code component}, by its path from
   * there, so that both can be moved together.
   *
   * @param prefix as the component of this record, or null
   * @throws kinetone.common.KinetoneException when {@code base} is no component, or builds on
   *     another
   */
  public static Base of(Path component, Path base, String prefix) {
    ComponentFolder.requireWhole(base);
    return new Base(relative(component, base), ComponentFolder.weightsSha256(base), prefix);
  }

  /** Where the base is, for the component in {@code component}. */
  Path at(Path component) {
    return component.resolve(folder).normalize();
  }

  /** The same base, found from {@code component} at {@code base}. */
  Base movedTo(Path component, Path base) {
    return new Base(relative(component, base), sha256, prefix);
  }

  /** The name in the network of the base's tensor {@code name}. */
  String named(String name) {
    return prefix == null ? name : prefix + name;
  }

  private static String relative(Path from, Path to) {
    Path absolute = to.toAbsolutePath().normalize();
    Path start = from.toAbsolutePath().normalize();
    return absolute.getRoot().equals(start.getRoot())
        ? start.relativize(absolute).toString().replace('\\', '/')
        : absolute.toString();
  }
}
