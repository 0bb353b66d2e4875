package kinetone.recipe;

import java.util.Map;

/** Networks that tell what clips hold: picture features, alignment and kinds. */
public final class FeatureRecipeKinds implements RecipeKinds {
  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of(
        "cavp", CavpRecipe.class, "align", AlignRecipe.class, "scene-kind", KindRecipe.class);
  }
}
