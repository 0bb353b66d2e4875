package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.media.ClipFormat;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sounds that are no whole number of latents; {@link SystemContractTest} has the others. */
class StretchTest {
  @TempDir Path folder;

  @Test
  void a_last_latent_that_is_padded_ends_with_the_sound() throws IOException {
    Path model = lasting(TinyModel.write(folder), 8950);
    assertThat(stretches(model, new Task.Continue(0.625)))
        .containsExactly(
            new GenerateResult.Stretch(Modality.VIDEO, 0.625, 1.125),
            new GenerateResult.Stretch(Modality.AUDIO, 33 * 150 / 8000.0, 8950 / 8000.0));
  }

  @Test
  void a_rest_that_fills_no_latent_belongs_to_the_last() throws IOException {
    Path model = lasting(TinyMdsgen.write(folder), 9100);
    assertThat(stretches(model, new Task.VideoToAudio()))
        .containsExactly(new GenerateResult.Stretch(Modality.AUDIO, 0, 9100 / 8000.0));
  }

  private static Path lasting(Path model, int samples) throws IOException {
    ModelIndex index = ModelIndex.read(model);
    ClipFormat format = new ClipFormat(16, 16, 9, 8, samples, 8000);
    new ModelIndex(index.system(), index.description(), format, index.defaults()).write(model);
    return model;
  }

  /** What is generated. */
  private static List<GenerateResult.Stretch> stretches(Path model, Task task) {
    try (Pipeline pipeline = Kinetone.load(model, Kinetone.Options.CPU)) {
      return pipeline
          .generate(GenerateRequest.of(task).video(TinyClips.fitting()).build())
          .generated();
    }
  }
}
