package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.feature.kind.KindClassifier;
import kinetone.feature.kind.KindConfig;
import kinetone.tensor.Devices;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KindRecipeTest {
  private static final Path CONFIGS = Path.of("../configs/kinds-scenes");
  private static final List<String> SHORT =
      List.of(
          "batch=2",
          "heldOut=2",
          "trainer.steps=3",
          "trainer.schedule.warmupSteps=0",
          "trainer.validateEvery=3",
          "trainer.checkpoint.everySteps=0");

  @TempDir Path folder;

  private static KindRecipe read(String name, String... overrides) {
    List<String> all = new ArrayList<>(SHORT);
    all.addAll(List.of(overrides));
    return (KindRecipe) RecipeFile.read(CONFIGS.resolve(name + ".yaml"), all);
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "sound", "colour"})
  void a_classifier_learns_from_scenes_of_both_formats_and_is_exported(String name)
      throws IOException {
    KindRecipe recipe = read(name);
    assertThat(recipe.formats()).hasSize(2);
    Path run = folder.resolve("run");
    Path model = new TrainingRun(recipe, run, Devices.of("cpu")).train(event -> {}).orElseThrow();
    try (KindClassifier classifier = KindClassifier.FOLDER.load(model)) {
      assertThat(classifier.config()).isEqualTo(recipe.model());
    }
    assertThat(Files.readString(run.resolve("metrics.jsonl")))
        .contains("\"error\"", "\"errorAugmented\"", "\"lossAugmented\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"picture", "sound", "colour"})
  void the_shipped_classifier_is_of_the_committed_recipe(String name) {
    assertThat(ComponentFolder.config(Path.of("../models/kinds-scenes", name), KindConfig.class))
        .isEqualTo(read(name).model());
  }

  @Test
  void clips_whose_kind_nobody_knows_are_refused() {
    assertThatThrownBy(() -> read("sound", "data={source: files, path: a, heldOut: b}"))
        .hasMessageContaining("only of scenes is known what they show");
  }

  @Test
  void parts_that_do_not_fit_are_an_error() {
    assertThatThrownBy(() -> read("sound", "model.kinds=[ball, bell]"))
        .hasMessageContaining("must be all that scenes can have");
    assertThatThrownBy(() -> read("sound", "label=COLOUR"))
        .hasMessageContaining("must be all that scenes can have: [red, orange");
    assertThatThrownBy(
            () ->
                read(
                    "sound",
                    "formats=[{width: 16, height: 16, frames: 17, framesPerSecond: 8,"
                        + " samples: 17000, sampleRate: 8000}]"))
        .hasMessageContaining("8000 Hz, model.input.mel of 16000 Hz");
    assertThatThrownBy(() -> read("picture", "formats=[]"))
        .hasMessageContaining("formats is empty");
    assertThatThrownBy(() -> read("picture", "augmentation.blur=0"))
        .hasMessageContaining("augmentation.blur");
  }
}
