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
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Devices;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.train.TrainingEvent;
import kinetone.train.TrainingListener;
import kinetone.vocoder.HiFiGanConfig;
import kinetone.vocoder.VocoderFolder;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocoderRecipeTest {
  private static final Path CONFIG = Path.of("../configs/mdsgen-scenes/vocoder.yaml");

  @TempDir Path folder;

  @Test
  void the_committed_recipe_holds_the_presets() {
    VocoderRecipe recipe = (VocoderRecipe) RecipeFile.read(CONFIG, List.of());
    assertThat(recipe.frontEnd()).isEqualTo(MelFrontEndConfig.AUDIO_LDM);
    assertThat(recipe.model()).isEqualTo(HiFiGanConfig.TINY);
    assertThat(recipe.discriminators()).isNull();
  }

  @Test
  void a_vocoder_and_its_discriminators_take_turns_and_resume_where_they_stopped()
      throws IOException {
    Recipe recipe = recipe("trainer.steps=2");
    TrainingRun whole = new TrainingRun(recipe, folder.resolve("whole"), Devices.of("cpu"));
    Path component = whole.train(event -> {}).orElseThrow();
    List<String> lines = Files.readAllLines(folder.resolve("whole/metrics.jsonl"));
    List<String> vocoder = lines.stream().filter(l -> l.contains("\"phase\":\"vocoder\"")).toList();
    assertThat(vocoder.get(0)).contains("mel").doesNotContain("adversarial");
    assertThat(vocoder.get(1)).contains("mel", "adversarial", "features");
    assertThat(lines).anyMatch(l -> l.contains("\"phase\":\"discriminators\""));

    Path parted = folder.resolve("parted");
    assertThat(new TrainingRun(recipe, parted, Devices.of("cpu")).train(new Once())).isEmpty();
    Path again =
        new TrainingRun(recipe, parted, Devices.of("cpu")).train(event -> {}).orElseThrow();
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> one = weights(component);
      Map<String, Tensor> other = weights(again);
      one.forEach((name, tensor) -> assertThat(tensor.equal(other.get(name))).as(name).isTrue());
    }
    assertThat(VocoderFolder.load(component).frontEnd()).isEqualTo(MelFrontEndConfig.AUDIO_LDM);
  }

  @Test
  void a_vocoder_learns_from_spectra_alone() throws IOException {
    List<TrainingEvent> events = new ArrayList<>();
    Recipe recipe = recipe("discriminators=null", "trainer.steps=1", "trainer.validateEvery=1");
    new TrainingRun(recipe, folder.resolve("run"), Devices.of("cpu")).train(events::add);
    assertThat(Files.readString(folder.resolve("run/metrics.jsonl")))
        .contains("mel", "spectrum")
        .doesNotContain("discriminators");
  }

  @Test
  void a_front_end_that_does_not_fit_is_named() {
    assertThatThrownBy(() -> recipe("model.bands=80"))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("80 bands");
    assertThatThrownBy(() -> recipe("crop=3"))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("crop = 3");
  }

  private static Map<String, Tensor> weights(Path component) {
    return SafeTensors.read(component.resolve("model.safetensors")).tensors();
  }

  private static Recipe recipe(String... more) {
    List<String> overrides =
        new ArrayList<>(
            List.of(
                "data.count=2",
                "batch=1",
                "crop=20",
                "model.channels=16",
                "loss.adversaryFrom=1",
                "discriminators={periods: [2, 3], scales: 2, shrink: 32}",
                "trainer.schedule.warmupSteps=0",
                "trainer.validateEvery=0",
                "trainer.checkpoint.everySteps=0"));
    overrides.addAll(List.of(more));
    return RecipeFile.read(CONFIG, overrides);
  }

  /** Stops after the first step. */
  private static final class Once implements TrainingListener {
    @Override
    public void on(TrainingEvent event) {}

    @Override
    public boolean stop() {
      return true;
    }
  }
}
