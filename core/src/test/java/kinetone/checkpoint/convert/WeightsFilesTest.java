package kinetone.checkpoint.convert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeightsFilesTest {
  private static final List<String> PARTS = List.of("vae");

  @TempDir Path folder;

  @Test
  void a_file_is_itself() {
    Path file = folder.resolve("x.pt");
    assertThat(WeightsFiles.find(file, PARTS)).isEqualTo(file);
  }

  @Test
  void the_folder_of_a_component_and_that_of_a_pipeline_lead_to_the_same_file() throws IOException {
    Path file = touch("vae/diffusion_pytorch_model.safetensors");
    touch("vae/diffusion_pytorch_model.bin");
    touch("unet/diffusion_pytorch_model.safetensors");
    assertThat(WeightsFiles.find(folder, PARTS)).isEqualTo(file);
    assertThat(WeightsFiles.find(folder.resolve("vae"), PARTS)).isEqualTo(file);
  }

  @Test
  void the_only_file_of_weights_is_taken_whatever_its_name() throws IOException {
    Path file = touch("audioldm-s-full-v2.ckpt");
    touch("config.json");
    assertThat(WeightsFiles.find(folder, PARTS)).isEqualTo(file);
  }

  @Test
  void a_choice_is_not_made_for_people_and_nothing_is_said_to_be_nothing() throws IOException {
    assertThatThrownBy(() -> WeightsFiles.find(folder, PARTS))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("holds no weights");
    touch("a.ckpt");
    touch("b.ckpt");
    assertThatThrownBy(() -> WeightsFiles.find(folder, PARTS))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("several files of weights (a.ckpt, b.ckpt)");
  }

  private Path touch(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "");
  }
}
