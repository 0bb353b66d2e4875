package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CodecFolder;
import kinetone.codec.MelCodec;
import kinetone.codec.MelCodecConfig;
import kinetone.common.KinetoneException;
import kinetone.data.LatentRoles;
import kinetone.latent.LatentStatistics;
import kinetone.latent.Regularisation;
import kinetone.latent.kl.AutoencoderKl;
import kinetone.latent.kl.AutoencoderKlConfig;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.model.mdsgen.MdsgenPresets;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyLatents;
import kinetone.train.OptimizerConfig;
import kinetone.train.RunDirectory;
import kinetone.train.TrainingEvent;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MdsgenRecipeTest {
  private static final Path CONFIG = Path.of("../configs/mdsgen-scenes/denoiser.yaml");

  @TempDir static Path made;
  @TempDir Path folder;

  /** Four clips with latents of sound of 6 x 4 x 2 and features of 3 x 5. */
  @BeforeAll
  static void writeLatentsAndCodec() {
    writeCodec("codec", 1);
    writeCodec("other-codec", 2);
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      Map<String, Path> encoders = Map.of(LatentRoles.AUDIO, made.resolve("codec"));
      Tensor sound = rng.normal(4, 6, 4, 2).mul(new Scalar(0.2));
      TinyLatents.write(
          made.resolve("latents"),
          Map.of(LatentRoles.AUDIO, sound, LatentRoles.FEATURES, rng.normal(4, 3, 5)),
          encoders);
      TinyLatents.write(made.resolve("featureless"), Map.of(LatentRoles.AUDIO, sound), encoders);
    }
  }

  @Test
  void the_papers_recipe_is_of_the_papers_network() {
    MdsgenRecipe recipe =
        (MdsgenRecipe) RecipeFile.read(Path.of("../configs/mdsgen-paper/denoiser.yaml"), List.of());
    assertThat(recipe.model()).isEqualTo(MdsgenPresets.of("mdsgen-b"));
    assertThat(recipe.batch() * recipe.trainer().steps()).isEqualTo(64L * 500_000);
  }

  private static void writeCodec(String name, long seed) {
    try (Rng rng = new Rng(seed)) {
      AutoencoderKlConfig config =
          new AutoencoderKlConfig(
              1, List.of(4, 4), 1, false, 2, 2, -6, 3, Regularisation.noise(1e-3, 0.03));
      CodecFolder.save(
          made.resolve(name),
          MelCodec.FORMAT,
          new MelCodec(
              new MelCodecConfig(config, MelFrontEndConfig.AUDIO_LDM),
              new AutoencoderKl(config, rng)),
          LatentStatistics.identity(2),
          ScalarType.Float);
    }
  }

  private static Recipe read(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "latents=" + made.resolve("latents"),
                "heldOutLatents=" + made.resolve("latents"),
                "audioCodec=" + made.resolve("codec"),
                "model.depth=2",
                "model.width=16",
                "model.heads=2",
                "model.decoderDepth=1",
                "model.timestepSinusoids=16",
                "model.latent={length: 6, frequencies: 4, channels: 2, patch: 2, rows: TIME}",
                "model.features={frames: 3, width: 5}",
                "batch=8",
                "trainer.precision=FP32",
                "trainer.schedule.warmupSteps=0",
                "trainer.validateEvery=2",
                "trainer.checkpoint.everySteps=0"));
    all.addAll(List.of(overrides));
    return RecipeFile.read(CONFIG, all);
  }

  private List<Double> train(String run, String... overrides) {
    List<Double> losses = new ArrayList<>();
    new TrainingRun(read(overrides), folder.resolve(run), Devices.of("cpu"))
        .train(
            event -> {
              if (event instanceof TrainingEvent.Step step) {
                losses.add(step.phases().get("denoiser").loss());
              }
            });
    return losses;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }

  @Test
  void the_committed_recipe_trains_the_preset_with_the_paper_s_optimiser_and_masks() {
    MdsgenRecipe recipe = (MdsgenRecipe) RecipeFile.read(CONFIG, List.of());
    assertThat(recipe.model()).isEqualTo(MdsgenPresets.SCENES);
    assertThat(recipe.trainer().optimizer()).isEqualTo(OptimizerConfig.adan(1e-3, 0));
    assertThat(recipe.masking()).isEqualTo(new MaskingRecipe(MaskingRecipe.Kind.TEMPORAL, 0.3));
  }

  @Test
  void the_loss_falls_and_the_network_is_exported() throws IOException {
    String[] brief = {"trainer.steps=120", "trainer.validateEvery=120"};
    List<Double> losses = train("run", brief[0], brief[1], "trainer.optimizer.learningRate=5e-3");
    assertThat(losses).hasSize(120).allMatch(Double::isFinite);
    List<Double> still = train("still", brief[0], brief[1], "trainer.optimizer.learningRate=0");
    assertThat(mean(losses.subList(100, 120)))
        .as("beside the same noise without learning")
        .isLessThan(0.8 * mean(still.subList(100, 120)));
    Path model = folder.resolve("run/model");
    assertThat(ComponentFolder.type(model)).isEqualTo("Mdsgen");
    assertThat(ComponentFolder.config(model, MdsgenConfig.class))
        .isEqualTo(((MdsgenRecipe) read()).model());
    assertThat(Files.readString(folder.resolve("run/metrics.jsonl")))
        .contains("\"conditional\"", "\"unconditional\"", "\"audio_vlb\"");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "{kind: TEMPORAL, ratio: 0.3}; true",
        "{kind: SPATIAL, ratio: 0.5}; true",
        "{kind: NONE}; false"
      })
  void the_masked_pass_takes_part_where_it_is_asked_for(String masking, boolean masked)
      throws IOException {
    assertThat(train("run", "trainer.steps=2", "masking=" + masking))
        .hasSize(2)
        .allMatch(Double::isFinite);
    assertThat(Files.readString(folder.resolve("run/metrics.jsonl")).contains("\"masked_audio\""))
        .isEqualTo(masked);
  }

  @Test
  void a_resumed_training_ends_where_an_uninterrupted_one_does() throws IOException {
    train("whole", "trainer.steps=4");
    train("parts", "trainer.steps=2");
    train("parts", "trainer.steps=4");
    assertThat(weights("parts")).isEqualTo(weights("whole"));
    train("other", "trainer.steps=4", "trainer.seed=2");
    assertThat(weights("other")).isNotEqualTo(weights("whole"));
  }

  @Test
  void a_training_starts_from_the_weights_it_is_given() throws IOException {
    train("before", "trainer.steps=2");
    String init = "init=" + folder.resolve("before/model");
    String[] still = {"trainer.steps=1", "trainer.optimizer.learningRate=0", "trainer.seed=2"};
    train("after", still[0], still[1], still[2], init);
    train("fresh", still);
    assertThat(learned("after")).isEqualTo(learned("before")).isNotEqualTo(learned("fresh"));

    train("whole", "trainer.steps=4", init);
    train("parts", "trainer.steps=2", init);
    train("parts", "trainer.steps=4", init);
    assertThat(weights("parts")).isEqualTo(weights("whole"));
    train("anew", "trainer.steps=4");
    assertThat(weights("anew")).isNotEqualTo(weights("whole"));
  }

  @Test
  void a_network_of_another_kind_or_configuration_is_no_start() {
    refused("holds another network than 'model' describes", "init=" + made.resolve("codec"));
    train("before", "trainer.steps=1");
    String init = "init=" + folder.resolve("before/model");
    // The activation changes no shape.
    for (String other : List.of("model.gelu=TANH", "model.width=32")) {
      assertThatThrownBy(() -> train("refused", init, other))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("both must be the same Mdsgen")
          .hasMessageNotContaining("\n");
    }
    refused("nowhere is not a model component", "init=" + folder.resolve("nowhere"));
  }

  private byte[] learned(String run) throws IOException {
    return Files.readAllBytes(folder.resolve(run).resolve("model/model.safetensors"));
  }

  private byte[] weights(String run) throws IOException {
    return Files.readAllBytes(
        folder.resolve(run).resolve("checkpoints/step-00000004/denoiser.safetensors"));
  }

  @Test
  void what_a_run_folder_keeps_reads_back_as_the_same_recipe() {
    RunDirectory run = RunDirectory.open(folder.resolve("run"));
    run.writeConfig(read());
    assertThat(RecipeFile.read(run.root().resolve("config.yaml"), List.of())).isEqualTo(read());
  }

  @Test
  void latents_that_do_not_fit_the_network_are_named() {
    refused(
        "have audio of sizes [6, 4, 2], but model.latent is for [8, 4, 2]",
        "model.latent.length=8");
    refused(
        "have features of sizes [3, 5], but model.features is for [4, 5]",
        "model.features.frames=4");
    refused(
        "have audio of sizes [6, 4, 2], but model.latent is for [6, 4, 3]",
        "model.latent.channels=3");
    refused("have no features", "latents=" + made.resolve("featureless"));
  }

  private void refused(String message, String override) {
    assertThatThrownBy(() -> train("refused", override))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "masking={kind: NONE, ratio: 0.3}; masking.ratio = 0.3",
        "masking={kind: SPATIAL}; masking.ratio = null",
        "masking={kind: TEMPORAL, ratio: 1}; masking.ratio = 1.0",
        "masking=null; masking is missing",
        "conditionDrop=1.5; conditionDrop = 1.5",
        "model.latent.rows=UP; UP",
        "audioCodec=null; audioCodec is missing",
      })
  void a_wrong_value_is_named(String override, String message) {
    assertThatThrownBy(() -> read(override))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }
}
