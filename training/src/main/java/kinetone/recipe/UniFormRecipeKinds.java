package kinetone.recipe;

import java.util.Map;

/** UniForm. */
public final class UniFormRecipeKinds implements RecipeKinds {
  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of("uniform", UniFormRecipe.class);
  }
}
