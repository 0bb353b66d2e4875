package kinetone.recipe;

import java.util.Map;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;

/** A kind of recipe that only tests know. */
public final class ForeignKinds implements RecipeKinds {
  /** Trains nothing. */
  record Foreign(int answer, TrainerConfig trainer) implements Recipe {
    @Override
    public RecipeTask build(Rng rng, Device device) {
      throw new UnsupportedOperationException();
    }
  }

  @Override
  public Map<String, Class<? extends Recipe>> kinds() {
    return Map.of("foreign", Foreign.class);
  }
}
