package kinetone.recipe;

import java.util.Map;

/**
 * Kinds of recipe of one family. Implementations have a public constructor without arguments and
 * are listed in {@code META-INF/services/kinetone.recipe.RecipeKinds}, here or in anybody's jar.
 */
public interface RecipeKinds {
  /** The records by the name that {@code kind} has in YAML; every record once. */
  Map<String, Class<? extends Recipe>> kinds();

  /** Other names of {@link #kinds}, which are read but never written: alias to name. */
  default Map<String, String> aliases() {
    return Map.of();
  }
}
