package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.codec.CausalAudioCodec;
import kinetone.codec.CodecFolder;
import kinetone.common.KinetoneException;
import kinetone.data.LatentRoles;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpPresets;
import kinetone.latent.LatentStatistics;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.latent.soundstream.CausalAudioConfig;
import kinetone.system.mdsgen.AlignmentLikelihood;
import kinetone.tensor.Devices;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyLatents;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeatureRecipeTest {
  private static final Path CONFIGS = Path.of("../configs/mdsgen-scenes");
  private static final List<String> SHORT =
      List.of(
          "batch=2",
          "trainer.steps=2",
          "trainer.schedule.warmupSteps=0",
          "trainer.validateEvery=2",
          "trainer.checkpoint.everySteps=0");

  /** Of the latents of {@link CausalAudioConfig#TINY}. */
  private static final int CHANNELS = 32;

  private static final String MODEL =
      "model={latentChannels: 32, channels: 8, multipliers: [1], attention: [true], heads: 2,"
          + " groups: 2, features: 5, context: 8, frames: 6}";

  @TempDir Path folder;

  private static Recipe read(String name, String... overrides) {
    List<String> all = new ArrayList<>(SHORT);
    all.addAll(List.of(overrides));
    return RecipeFile.read(CONFIGS.resolve(name), all);
  }

  private static String[] paths(Path latents, Path codec) {
    return new String[] {"latents=" + latents, "heldOutLatents=" + latents, "audioCodec=" + codec};
  }

  private Path train(Recipe recipe) {
    return train(recipe, folder.resolve("run"));
  }

  private static Path train(Recipe recipe, Path run) {
    return new TrainingRun(recipe, run, Devices.of("cpu")).train(event -> {}).orElseThrow();
  }

  @Test
  void the_committed_recipe_of_cavp_is_its_small_preset() {
    assertThat(((CavpRecipe) read("cavp.yaml")).model()).isEqualTo(CavpPresets.SMALL);
  }

  @Test
  void cavp_learns_from_scenes_and_is_exported() throws IOException {
    Path model = train(read("cavp.yaml", "data.count=4"));
    assertThat(Cavp.FOLDER.load(model).config()).isEqualTo(CavpPresets.SMALL);
    assertThat(Files.readString(folder.resolve("run/metrics.jsonl")))
        .contains("\"semantic\"", "\"temporal\"");
  }

  @Test
  void parts_of_a_cavp_recipe_that_do_not_fit_are_an_error() {
    assertThatThrownBy(() -> read("cavp.yaml", "format.framesPerSecond=4"))
        .hasMessageContaining("model is for 64x64 at 8.0 Hz");
    assertThatThrownBy(() -> read("cavp.yaml", "segments.shift=5"))
        .hasMessageContaining("segments need 18 frames but format has 17");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void the_alignment_classifier_learns_from_shards_with_features(boolean noisy) {
    Path latents = folder.resolve("latents");
    Path codec = folder.resolve("codec");
    try (Rng rng = new Rng(1)) {
      CodecFolder.save(
          codec,
          CausalAudioCodec.FORMAT,
          new CausalAudioCodec(new CausalAudioAutoencoder(CausalAudioConfig.TINY, rng)),
          LatentStatistics.identity(CHANNELS),
          ScalarType.Half);
    }
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(1)) {
      TinyLatents.write(
          latents,
          Map.of(
              LatentRoles.AUDIO,
              rng.normal(4, 12, 4, CHANNELS),
              LatentRoles.FEATURES,
              rng.normal(4, 6, 5)),
          Map.of(LatentRoles.AUDIO, codec));
    }
    String[] paths = paths(latents, codec);
    Recipe recipe =
        read(
            "align.yaml",
            paths[0],
            paths[1],
            paths[2],
            MODEL,
            "pairs={window: 4, shift: 1, latentsPerFrame: 2}",
            "noisy=" + noisy);
    assertThatThrownBy(() -> train(read("align.yaml", paths(latents, codec))))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(
            "have audio of sizes [12, 4, 32], but model.latentChannels is for any length of [8]");
    AlignmentClassifier classifier = AlignmentClassifier.FOLDER.load(train(recipe));
    assertThat(classifier.config().latentChannels()).isEqualTo(CHANNELS);
    assertThat(classifier.config().trained())
        .as("the shape of the pairs")
        .isEqualTo(new AlignmentConfig.Shape(4, 8));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = new Rng(2)) {
      Latents sound = Latents.of(Map.of(Modality.AUDIO, rng.normal(2, 8, 4, CHANNELS)));
      NoiseLevels levels = NoiseLevels.of(Map.of(Modality.AUDIO, Tensors.of(new long[16], 2, 8)));
      Conditions seen =
          new Conditions(
              Optional.empty(),
              Optional.of(rng.normal(2, 4, 5)),
              Optional.empty(),
              Optional.empty());
      AlignmentLikelihood likelihood = new AlignmentLikelihood(classifier);
      Tensor log = likelihood.of(sound, levels, seen);
      assertThat(log.shape()).containsExactly(2);
      assertThat(Tensors.toFloats(log)[0]).isLessThan(0);
      assertThatThrownBy(() -> likelihood.of(sound, levels, Conditions.NONE))
          .hasMessageContaining("needs features");
    }
    // Weights of another shape are a start, those of another network are none.
    String start = "init=" + folder.resolve("run/model");
    List<String> longer = new ArrayList<>(List.of(paths));
    longer.addAll(
        List.of(MODEL, "noisy=" + noisy, start, "pairs={window: 5, shift: 1, latentsPerFrame: 2}"));
    Path second = folder.resolve("second");
    assertThat(
            AlignmentClassifier.FOLDER
                .load(train(read("align.yaml", longer.toArray(String[]::new)), second))
                .config()
                .trained())
        .isEqualTo(new AlignmentConfig.Shape(5, 10));
    longer.add("model.heads=1");
    assertThatThrownBy(() -> train(read("align.yaml", longer.toArray(String[]::new)), second))
        .hasMessageContaining("another network");
  }

  @Test
  void the_guide_is_trained_in_the_shape_it_guides_in() {
    AlignRecipe guide = (AlignRecipe) read("guide.yaml");
    MdsgenRecipe guided = (MdsgenRecipe) read("denoiser.yaml");
    assertThat(guide.model().trained())
        .isEqualTo(
            new AlignmentConfig.Shape(
                guided.model().features().frames(), guided.model().latent().length()));
    assertThatThrownBy(() -> read("guide.yaml", "model.trained={frames: 15, latents: 46}"))
        .hasMessageContaining("pairs are 17 frames with 53");
  }
}
