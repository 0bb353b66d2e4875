package kinetone.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import java.nio.file.Path;
import kinetone.common.Check;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import kinetone.train.TrainingTask;
import org.bytedeco.pytorch.Device;

/**
 * What to train and how: {@code kind} says which recipe it is ({@link RecipeKinds} lists them), the
 * rest are the data, the network, the loss and the trainer's settings.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.CUSTOM, property = "kind")
@JsonTypeIdResolver(RecipeKindResolver.class)
public interface Recipe {
  /** The trainer's settings. */
  TrainerConfig trainer();

  /**
   * Builds the network with weights drawn from {@code rng}, and its data.
   *
   * @param device where the network lives
   */
  RecipeTask build(Rng rng, Device device);

  /** Requires that a part of a recipe was given. */
  static void require(String name, Object part) {
    Check.that(part != null, "%s is missing", name);
  }

  /** A training task that can write what it has learned. */
  interface RecipeTask extends TrainingTask {
    /** Writes the component(s), with the weights the module holds now, into {@code folder}. */
    void export(Path folder);
  }
}
