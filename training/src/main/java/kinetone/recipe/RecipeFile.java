package kinetone.recipe;

import java.nio.file.Path;
import java.util.List;
import kinetone.train.ConfigLoader;

/** Reads recipes from YAML. */
public final class RecipeFile {
  private RecipeFile() {}

  /**
   * Reads a recipe.
   *
   * @param overrides {@code key=value} pairs with dotted keys, for example {@code
   *     trainer.steps=100}
   * @throws kinetone.common.KinetoneException for an unknown, missing or impossible value
   */
  public static Recipe read(Path file, List<String> overrides) {
    return ConfigLoader.load(file, overrides, Recipe.class);
  }
}
