package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.imageio.ImageIO;
import kinetone.common.KinetoneException;
import kinetone.data.LatentNetworks;
import kinetone.data.LatentPreparation;
import kinetone.data.SceneSource;
import kinetone.diffusion.process.PredictionType;
import kinetone.scene.SceneMix;
import kinetone.tensor.Devices;
import kinetone.testkit.TinyModel;
import kinetone.train.TrainingEvent;
import kinetone.train.TrainingListener;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SamplesRecipeTest {
  private static final Path CONFIGS = Path.of("../configs/monl-scenes");
  private static final String SAMPLES = "samples={every: 2, count: 2, steps: 3}";

  @TempDir static Path folder;

  private static Path recipeFile;

  @BeforeAll
  static void prepareLatents() throws IOException {
    Path model = TinyModel.write(folder.resolve("model"));
    new LatentPreparation(
            new SceneSource(TinyModel.FORMAT, SceneMix.all(), 1, 4),
            Map.of(),
            TinyModel.FORMAT,
            4,
            LatentNetworks.of(model.resolve("video_codec"), model.resolve("audio_codec")),
            4,
            2,
            1)
        .run(folder.resolve("latents"), new Device("cpu"), done -> {});
    recipeFile = TinyModel.writeRecipe(folder);
  }

  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void a_denoiser_shows_clips_and_trains_as_it_would_without(PredictionType prediction)
      throws IOException {
    String type = "model.diffusion={prediction: " + prediction + "}";
    String name = prediction.name().toLowerCase(Locale.ROOT);
    Path without = train(name + "-without", 4, type);
    Path with = train(name + "-with", 4, type, SAMPLES);
    assertSameWeights(with, without);
    train(name + "-halves", 3, type, SAMPLES);
    Path halves = train(name + "-halves", 4, type, SAMPLES);
    assertSameWeights(halves, without);
    assertThat(without.resolve("samples")).doesNotExist();

    byte[] second = Files.readAllBytes(with.resolve("samples/step-000002.png"));
    byte[] fourth = Files.readAllBytes(with.resolve("samples/step-000004.png"));
    assertThat(fourth).isNotEqualTo(second);
    assertThat(Files.readAllBytes(halves.resolve("samples/step-000004.png"))).isEqualTo(fourth);
    BufferedImage sheet = ImageIO.read(with.resolve("samples/step-000004.png").toFile());
    // Nine frames in a row; two clips of frames and spectrogram.
    assertThat(sheet.getWidth()).isBetween(9 * 48, 9 * 60);
    assertThat(sheet.getHeight()).isBetween(2 * (48 + 64), 2 * (48 + 64 + 50));
  }

  @ParameterizedTest
  @CsvSource({"video-codec.yaml, batch=1", "audio-codec.yaml, crop=4000"})
  void a_codec_shows_held_out_clips_above_what_it_makes_of_them(String name, String size)
      throws IOException {
    Recipe recipe =
        RecipeFile.read(
            CONFIGS.resolve(name),
            List.of(
                "samples={every: 1, count: 2}",
                "data.count=2",
                "batch=1",
                size,
                "trainer.steps=1",
                "trainer.schedule.warmupSteps=0",
                "trainer.validateEvery=0",
                "trainer.checkpoint.everySteps=0"));
    Path run = folder.resolve(name);
    new TrainingRun(recipe, run, Devices.of("cpu")).train(event -> {});
    assertThat(ImageIO.read(run.resolve("samples/step-000001.png").toFile()).getHeight())
        .isGreaterThan(4 * 64);
  }

  @Test
  void samples_that_cannot_be_made_are_named() {
    assertWrong("denoiser.yaml", "samples={every: 2, count: 2}", "samples.steps is missing");
    assertWrong("denoiser.yaml", "samples={every: 0, count: 2, steps: 3}", "samples.every = 0");
    assertWrong("video-codec.yaml", "samples={every: 2, count: 99}", "samples.count = 99");
    assertWrong("audio-codec.yaml", "samples={every: 2, count: 2, steps: 3}", "no denoising steps");
  }

  private static void assertWrong(String file, String override, String message) {
    assertThatThrownBy(() -> RecipeFile.read(CONFIGS.resolve(file), List.of(override)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static Path train(String name, int until, String... overrides) {
    Path run = folder.resolve(name);
    Recipe recipe = RecipeFile.read(recipeFile, List.of(overrides));
    new TrainingRun(recipe, run, Devices.of("cpu"))
        .train(
            new TrainingListener() {
              private long step;

              @Override
              public void on(TrainingEvent event) {
                step = event.step();
              }

              @Override
              public boolean stop() {
                return step == until;
              }
            });
    return run;
  }

  private static void assertSameWeights(Path run, Path other) throws IOException {
    for (String name :
        List.of("denoiser.safetensors", "denoiser.ema.safetensors", "rng.bin", "state.json")) {
      Path file = Path.of("checkpoints/step-00000004", name);
      assertThat(Files.readAllBytes(run.resolve(file)))
          .as(name)
          .isEqualTo(Files.readAllBytes(other.resolve(file)));
    }
  }
}
