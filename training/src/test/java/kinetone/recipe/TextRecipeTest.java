package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.tensor.Rng;
import kinetone.train.TrainerConfig;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextRecipeTest {
  private static final Path CONFIG = Path.of("../configs/uniform-scenes/text.yaml");

  @TempDir Path folder;

  @Test
  void an_encoder_learns_from_nothing_to_tell_kinds_and_is_exported_with_its_vocabulary() {
    List<String> small =
        List.of(
            "vocabulary.captions=400",
            "vocabulary.pieces=120",
            "model.vocabulary=400",
            "model.width=16",
            "model.layers=1",
            "model.heads=2",
            "model.headWidth=8",
            "model.feedForward=32",
            "batch=12",
            "heldOut=64",
            "trainer.optimizer.learningRate=0.02",
            "trainer.schedule.warmupSteps=2",
            "trainer.steps=40",
            "trainer.validateEvery=40");
    Recipe recipe = RecipeFile.read(CONFIG, small);
    TrainerConfig trainer = recipe.trainer();
    assertThat(trainer.steps()).isEqualTo(40);
    Map<String, Double> before = validated(recipe);
    assertThat(before.get("errorKind")).isGreaterThan(0.6);
    new TrainingRun(recipe, folder, new Device("cpu")).train(event -> {});
  }

  private static Map<String, Double> validated(Recipe recipe) {
    try (Rng rng = new Rng(1);
        Recipe.RecipeTask task = recipe.build(rng, new Device("cpu"))) {
      return task.validate();
    }
  }
}
