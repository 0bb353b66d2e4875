package kinetone.recipe;

import java.util.Map;

/** The denoiser of MDSGen. */
public final class MdsgenRecipeKinds implements RecipeKinds {
  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of("mdsgen", MdsgenRecipe.class);
  }
}
