package kinetone.recipe;

import java.util.Map;

/** AV-DiT: the picture model, and what makes it a model of sounding video. */
public final class AvDitRecipeKinds implements RecipeKinds {
  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of("dit", DitRecipe.class, "av-dit", AvDitRecipe.class);
  }
}
