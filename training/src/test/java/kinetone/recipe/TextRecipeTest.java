package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.text.TextEncoder;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TextRecipeTest {
  private static final Path CONFIG = Path.of("../configs/uniform-scenes/text.yaml");

  @TempDir Path folder;

  private static TextRecipe small(String... overrides) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "vocabulary.captions=300",
                "vocabulary.pieces=120",
                "model.vocabulary=400",
                "model.width=16",
                "model.layers=1",
                "model.heads=2",
                "model.headWidth=8",
                "model.feedForward=32",
                "batch=8",
                "heldOut=64",
                "trainer.optimizer.learningRate=0.03",
                "trainer.schedule.warmupSteps=2",
                "trainer.ema.decay=0.5",
                "trainer.steps=80",
                "trainer.validateEvery=80",
                "trainer.checkpoint.everySteps=0"));
    all.addAll(List.of(overrides));
    return (TextRecipe) RecipeFile.read(CONFIG, all);
  }

  @Test
  void an_encoder_learns_kinds_from_captions_and_is_exported_with_its_vocabulary()
      throws IOException {
    TextRecipe recipe = small();
    double before;
    try (Rng rng = new Rng(1);
        Recipe.RecipeTask task = recipe.build(rng, new Device("cpu"))) {
      before = task.validate().get("errorKind");
    }
    Path run = folder.resolve("run");
    Path model = new TrainingRun(recipe, run, new Device("cpu")).train(event -> {}).orElseThrow();
    String metrics = Files.readString(run.resolve("metrics.jsonl"));
    assertThat(metrics).contains("errorColourHeldOut", "\"contrast\"");
    Matcher last = Pattern.compile("\"errorKind\":([0-9.]+)").matcher(metrics);
    assertThat(last.find()).isTrue();
    assertThat(Double.parseDouble(last.group(1))).isLessThan(0.6 * before);
    try (TextEncoder encoder = TextEncoder.load(model, new Device("cpu"))) {
      assertThat(encoder.width()).isEqualTo(16);
      assertThat(encoder.pieces("a ball").length).isLessThan(encoder.pieces("żółw, 球").length);
    }
  }

  /** Held to what the shipped folder says. */
  @Test
  void the_shipped_encoder_is_of_the_committed_recipe() {
    TextRecipe recipe = (TextRecipe) RecipeFile.read(CONFIG, List.of());
    Path shipped = Path.of("../models/uniform-scenes/text_encoder");
    assertThat(TextEncoder.config(shipped).encoder()).isEqualTo(recipe.model());
    try (Rng rng = new Rng(1);
        Recipe.RecipeTask task = recipe.build(rng, new Device("cpu"))) {
      // The vocabulary follows from the recipe alone.
      task.export(folder.resolve("again"));
    }
    assertThat(folder.resolve("again/spiece.model"))
        .hasSameBinaryContentAs(shipped.resolve("spiece.model"));
  }

  @Test
  void other_words_and_capitals_mean_the_same_and_another_colour_does_not() {
    try (TextEncoder encoder =
        TextEncoder.load(Path.of("../models/uniform-scenes/text_encoder"), new Device("cpu"))) {
      assertThat(apart(encoder, "a blue ball bounces twice", "A BLUE BALL BOUNCES TWICE."))
          .isLessThan(0.35);
      double reworded =
          apart(encoder, "a blue ball bounces twice", "the blue ball, which is bouncing two times");
      assertThat(reworded)
          .isLessThan(apart(encoder, "a blue ball bounces twice", "waves roll under a red buoy"))
          .isLessThan(apart(encoder, "a blue ball bounces twice", "a bell is struck once"));
      assertThat(apart(encoder, "a blue ball bounces", "a red ball bounces")).isGreaterThan(0.1);
    }
  }

  /** One minus the cosine between the means of tokens. */
  private static double apart(TextEncoder encoder, String one, String other) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor a = encoder.encode(List.of(one)).embedding().mean(1);
      Tensor b = encoder.encode(List.of(other)).embedding().mean(1);
      double norms = a.norm().item_float() * (double) b.norm().item_float();
      return 1 - a.mul(b).sum().item_float() / norms;
    }
  }

  @Test
  void parts_that_do_not_fit_are_an_error() {
    assertThatThrownBy(() -> small("model.vocabulary=300"))
        .hasMessageContaining("model.vocabulary = 300, must be at least 379");
    assertThatThrownBy(() -> small("data={source: files, path: a, heldOut: b}"))
        .hasMessageContaining("facts are known of scenes alone");
    assertThatThrownBy(() -> small("seconds=[]")).hasMessageContaining("seconds is empty");
    assertThatThrownBy(() -> small("temperature=0")).hasMessageContaining("temperature");
  }
}
