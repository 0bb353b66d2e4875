package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.data.LatentRoles;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyLatents;
import kinetone.testkit.TinyModel;
import kinetone.train.Checkpoint;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A training of AVDiT that starts from a trained network. */
class InitRecipeTest {
  @TempDir static Path made;
  @TempDir Path folder;

  private static Path recipeFile;

  @BeforeAll
  static void writeModelAndLatents() throws IOException {
    TinyModel.write(made.resolve("model"));
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      TinyLatents.write(
          made.resolve("latents"),
          Map.of(
              LatentRoles.VIDEO,
              rng.normal(4, 3, 2, 2, 4),
              LatentRoles.AUDIO,
              rng.normal(4, 60, 4)),
          Map.of(
              LatentRoles.VIDEO,
              made.resolve("model/video_codec"),
              LatentRoles.AUDIO,
              made.resolve("model/audio_codec")));
    }
    recipeFile = TinyModel.writeRecipe(made);
  }

  private Path train(String name, String... overrides) {
    Path run = folder.resolve(name);
    List<String> values = new ArrayList<>(List.of("init=" + made.resolve("model/denoiser")));
    values.addAll(List.of(overrides));
    Recipe recipe = RecipeFile.read(recipeFile, values);
    new TrainingRun(recipe, run, Devices.of("cpu")).train(event -> {});
    return run;
  }

  @Test
  void the_first_weights_are_the_given_ones() {
    String[] still = {"trainer.steps=1", "trainer.optimizer.learningRate=0"};
    Path given = train("given", still);
    Path fresh = train("fresh", still[0], still[1], "init=null");
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> trained =
          SafeTensors.read(made.resolve("model/denoiser/model.safetensors")).tensors();
      Map<String, Tensor> start = weights(given);
      assertThat(start).hasSameSizeAs(trained);
      start.forEach((name, t) -> assertThat(t.equal(trained.get(name))).as(name).isTrue());
      assertThat(weights(fresh).entrySet())
          .anyMatch(e -> !e.getValue().equal(start.get(e.getKey())));
    }
  }

  private static Map<String, Tensor> weights(Path run) {
    return Checkpoint.weights(run.resolve("checkpoints/step-00000001"), "denoiser", false);
  }

  @Test
  void a_resumed_training_does_not_start_again() throws IOException {
    Path whole = train("whole");
    Path parts = train("parts", "trainer.steps=2");
    train("parts");
    Path fresh = train("fresh", "init=null");
    for (String name :
        List.of("denoiser.safetensors", "denoiser.ema.safetensors", "rng.bin", "state.json")) {
      assertThat(last(parts, name)).as(name).isEqualTo(last(whole, name));
    }
    assertThat(last(fresh, "denoiser.safetensors"))
        .isNotEqualTo(last(whole, "denoiser.safetensors"));
  }

  private static byte[] last(Path run, String name) throws IOException {
    return Files.readAllBytes(run.resolve("checkpoints/step-00000004").resolve(name));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        // Neither changes a shape: the weights would load.
        "model.heads=4; both must be the same AvDiT",
        "model.diffusion={prediction: V_PREDICTION}; both must be the same AvDiT",
        "model.depth=1; holds another network than 'model' describes",
        "init=%s/model/audio_codec; holds another network than 'model' describes",
        "init=%s/nowhere; nowhere is not a model component",
      })
  void another_network_is_named(String override, String message) {
    assertThatThrownBy(() -> train("refused", override.formatted(made)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
