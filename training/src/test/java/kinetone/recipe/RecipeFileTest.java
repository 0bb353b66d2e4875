package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.model.monl.AvDiTConfig;
import kinetone.train.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RecipeFileTest {
  private static final Path CONFIGS = Path.of("../configs/monl-scenes");

  @TempDir Path folder;

  @Test
  void every_committed_recipe_is_read() throws IOException {
    try (var files = Files.walk(CONFIGS.getParent())) {
      // These are read where they are known.
      Path experiments = CONFIGS.resolveSibling("experiments");
      Path protocols = CONFIGS.resolveSibling("protocols");
      List<Path> recipes =
          files
              .filter(f -> f.toString().endsWith(".yaml"))
              .filter(f -> !f.startsWith(experiments) && !f.startsWith(protocols))
              .toList();
      assertThat(recipes).hasSizeGreaterThanOrEqualTo(3);
      recipes.forEach(file -> RecipeFile.read(file, List.of()));
    }
    assertThat(read("video-codec.yaml")).isInstanceOf(VideoCodecRecipe.class);
    assertThat(read("audio-codec.yaml")).isInstanceOf(AudioCodecRecipe.class);
    assertThat(read("denoiser.yaml")).isInstanceOf(DenoiserRecipe.class);
  }

  @Test
  void the_parts_of_the_shipped_model_fit_together() {
    VideoCodecRecipe video = (VideoCodecRecipe) read("video-codec.yaml");
    AudioCodecRecipe audio = (AudioCodecRecipe) read("audio-codec.yaml");
    DenoiserRecipe denoiser = (DenoiserRecipe) read("denoiser.yaml");
    assertThat(video.format()).isEqualTo(denoiser.format()).isEqualTo(audio.format());
    assertThat(video.model().latentChannels()).isEqualTo(denoiser.model().video().channels());
    assertThat(audio.model().latentChannels() + audio.gainShape().bands())
        .isEqualTo(denoiser.model().audio().channels());
    assertThat((video.format().frames() - 1) / video.model().timeFactor() + 1)
        .isEqualTo(denoiser.model().video().frames());
    assertThat(video.format().height() / video.model().spaceFactor())
        .isEqualTo(denoiser.model().video().height());
    int hop = audio.model().hop();
    assertThat((audio.format().samples() + hop - 1) / hop)
        .isEqualTo(denoiser.model().audio().length());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "video-codec.yaml",
        "audio-codec.yaml",
        "denoiser.yaml",
        "denoiser-joint.yaml",
        "denoiser-long.yaml"
      })
  void what_a_run_folder_keeps_reads_back_as_the_same_recipe(String name) throws IOException {
    Recipe recipe = read(name);
    RunDirectory run = RunDirectory.open(folder.resolve("run"));
    run.writeConfig(recipe);
    String first = Files.readString(run.root().resolve("config.yaml"));
    Recipe again = RecipeFile.read(run.root().resolve("config.yaml"), List.of());
    run.writeConfig(again);
    assertThat(Files.readString(run.root().resolve("config.yaml"))).isEqualTo(first);
    assertThat(again.trainer()).isEqualTo(recipe.trainer());
  }

  @Test
  void overrides_change_one_value() {
    Recipe recipe =
        RecipeFile.read(
            CONFIGS.resolve("denoiser.yaml"), List.of("trainer.steps=7", "model.depth=2"));
    assertThat(recipe.trainer().steps()).isEqualTo(7);
    assertThat(((DenoiserRecipe) recipe).model().depth()).isEqualTo(2);
  }

  @Test
  void the_second_part_of_a_training_begins_at_its_step() {
    DenoiserRecipe recipe =
        (DenoiserRecipe)
            RecipeFile.read(CONFIGS.resolve("denoiser.yaml"), List.of("later.fromStep=50"));
    assertThat(recipe.noiseLevels(49)).isEqualTo(recipe.noiseLevels());
    assertThat(recipe.noiseLevels(50))
        .isEqualTo(recipe.later().noiseLevels())
        .isNotEqualTo(recipe.noiseLevels());
    DenoiserRecipe single =
        (DenoiserRecipe) RecipeFile.read(CONFIGS.resolve("denoiser.yaml"), List.of("later=null"));
    assertThat(single.noiseLevels(Long.MAX_VALUE)).isEqualTo(single.noiseLevels());
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoiser-joint.yaml", "denoiser-long.yaml"})
  void a_training_that_goes_on_from_the_shipped_network_has_its_sizes(String name) {
    DenoiserRecipe recipe = (DenoiserRecipe) read(name);
    assertThat(ComponentFolder.config(Path.of("..", recipe.init()), AvDiTConfig.class))
        .isEqualTo(recipe.model());
    assertThat(((DenoiserRecipe) read("denoiser.yaml")).init()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "trainer.stepz=7; trainer.stepz",
        "noiseLevels.vanila=1; did you mean 'vanilla'",
        "noiseLevels.vanilla=-1; vanilla = -1",
        "noiseLevels.tasks=[{task: a2a, weight: 1}]; 'a2a' is unknown",
        "noiseLevels.tasks=[{task: continue, weight: 1}]; needs seconds",
        "model.diffusion={prediction: v}; V_PREDICTION",
        "model.heads=3; heads = 3",
        "model=null; model is missing",
        "trainer=null; trainer is missing",
        "videoCodec=null; videoCodec is missing",
        "batch=null; batch",
        "batch=many; batch",
        "kind=null; kind",
        "kind=smell; audio-codec, av-dit, cavp, denoiser",
        "steps; option=value",
      })
  void a_wrong_value_is_named(String override, String message) {
    assertThatThrownBy(() -> RecipeFile.read(CONFIGS.resolve("denoiser.yaml"), List.of(override)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  private static Recipe read(String name) {
    return RecipeFile.read(CONFIGS.resolve(name), List.of());
  }
}
