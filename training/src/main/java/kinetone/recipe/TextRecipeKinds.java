package kinetone.recipe;

import java.util.Map;

/** Encoders of captions. */
public final class TextRecipeKinds implements RecipeKinds {
  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of("text", TextRecipe.class);
  }
}
