package kinetone.recipe;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.databind.annotation.JsonTypeIdResolver;
import java.nio.file.Path;
import kinetone.common.Check;
import kinetone.common.Memory;
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

  /** Most examples of a batch; far more than anybody trains with. */
  int LARGEST_BATCH = 65_536;

  /**
   * Requires a batch that is possible.
   *
   * @param exampleBytes what one example takes as numbers, before any network sees it
   */
  static void requireBatch(int batch, int least, double exampleBytes) {
    Check.within("batch", batch, least, LARGEST_BATCH);
    Memory.require(
        "a batch of %d examples".formatted(batch), batch * exampleBytes, "set a smaller batch");
  }

  /** A training task that can write what it has learned. */
  interface RecipeTask extends TrainingTask {
    /** Writes the component(s), with the weights the module holds now, into {@code folder}. */
    void export(Path folder);
  }
}
