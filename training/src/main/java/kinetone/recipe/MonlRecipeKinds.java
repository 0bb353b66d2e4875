package kinetone.recipe;

import java.util.Map;

/** The denoiser of MoNL. */
public final class MonlRecipeKinds implements RecipeKinds {
  private static final String NAME = "denoiser";

  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of(NAME, DenoiserRecipe.class);
  }

  @Override
  public Map<String, String> aliases() {
    return Map.of("monl", NAME);
  }
}
