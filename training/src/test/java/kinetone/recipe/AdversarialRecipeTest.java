package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.tensor.Devices;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdversarialRecipeTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"video-codec.yaml, batch=1", "audio-codec.yaml, crop=4000"})
  void a_codec_and_its_discriminator_take_turns(String name, String size) throws IOException {
    Recipe recipe =
        RecipeFile.read(
            Path.of("../configs/monl-scenes", name),
            List.of(
                "adversarial={loss: HINGE, weight: 1, featureWeight: 10, fromStep: 1}",
                "loss.perceptual=0.1",
                "data.count=2",
                "batch=1",
                size,
                "trainer.steps=2",
                "trainer.schedule.warmupSteps=0",
                "trainer.validateEvery=0",
                "trainer.checkpoint.everySteps=0"));
    TrainingRun run = new TrainingRun(recipe, folder.resolve("run"), Devices.of("cpu"));
    assertThat(run.train(event -> {})).isPresent();
    String metrics = Files.readString(folder.resolve("run/metrics.jsonl"));
    assertThat(metrics).contains("\"phase\":\"discriminator\"");
    List<String> codec = metrics.lines().filter(l -> l.contains("\"phase\":\"codec\"")).toList();
    assertThat(codec.get(0)).contains("perceptual").doesNotContain("adversarial");
    assertThat(codec.get(1)).contains("adversarial", "features");
  }
}
