package kinetone.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.train.RunDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecipeKindsTest {
  private static final Path DENOISER = Path.of("../configs/monl-scenes/denoiser.yaml");

  @TempDir Path folder;

  @Test
  void a_kind_from_elsewhere_is_read_and_kept_like_any_other() throws IOException {
    Path file = folder.resolve("recipe.yaml");
    Files.writeString(
        file,
        """
        kind: foreign
        answer: 41
        trainer: {steps: 1, seed: 1, optimizer: {learningRate: 1.0e-2}, precision: FP32}
        """);
    Recipe recipe = RecipeFile.read(file, List.of("answer=42"));
    assertThat(recipe).isInstanceOf(ForeignKinds.Foreign.class);
    assertThat(((ForeignKinds.Foreign) recipe).answer()).isEqualTo(42);
    assertThat(kept(recipe)).startsWith("---\nkind: \"foreign\"\nanswer: 42\n");
    assertThat(RecipeFile.read(folder.resolve("run/config.yaml"), List.of())).isEqualTo(recipe);
  }

  @Test
  void an_alias_is_read_and_the_name_is_kept() throws IOException {
    Recipe recipe = RecipeFile.read(DENOISER, List.of("kind=monl"));
    assertThat(recipe).isEqualTo(RecipeFile.read(DENOISER, List.of()));
    assertThat(kept(recipe)).startsWith("---\nkind: \"denoiser\"\n");
  }

  @Test
  void an_unknown_kind_is_an_error_that_lists_the_known_ones() {
    assertThatThrownBy(() -> RecipeFile.read(DENOISER, List.of("kind=smell")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("'smell'")
        .hasMessageContaining(
            "align, audio-codec, av-dit, cavp, denoiser, dit, foreign, mdsgen, mel-codec, monl,"
                + " picture-codec, scene-kind, text, uniform, video-codec, vocoder")
        .hasMessageNotContaining("\n");
  }

  private String kept(Recipe recipe) throws IOException {
    RunDirectory run = RunDirectory.open(folder.resolve("run"));
    run.writeConfig(recipe);
    return Files.readString(run.root().resolve("config.yaml"));
  }
}
