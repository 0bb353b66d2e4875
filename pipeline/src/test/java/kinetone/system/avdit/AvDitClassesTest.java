package kinetone.system.avdit;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.SpyDenoiser;
import kinetone.testkit.TinyAvDit;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AvDitClassesTest {
  @TempDir Path folder;

  @Test
  void a_class_is_drawn_for_clips_made_whole_but_not_for_what_is_given() {
    assertThat(labelled(GenerateRequest.of(new Task.Joint()))).containsOnly(true);
    assertThat(labelled(sound())).containsOnly(false);
    assertThat(labelled(sound().with(AvDitOptions.CLASS_LABEL, "two"))).containsOnly(true);
  }

  private static GenerateRequest.Builder sound() {
    byte[] rgb = new byte[9 * 16 * 16 * 3];
    Arrays.fill(rgb, (byte) 90);
    return GenerateRequest.of(new Task.VideoToAudio()).video(Clip.of(new Video(rgb, 9, 16, 16, 8)));
  }

  /** Of each pass through the network, whether it was told a class. */
  private List<Boolean> labelled(GenerateRequest.Builder request) {
    AvDitSystem system = new AvDitSystem();
    Path model = TinyAvDit.write(folder.resolve("model"));
    ModelIndex index = ModelIndex.read(model);
    List<SpyDenoiser> spies = new ArrayList<>();
    try (DiffusionPipeline pipeline =
        new DiffusionPipeline(
            system,
            index,
            system.open(
                ModelParts.of(system, model),
                index,
                new Device("cpu"),
                network -> {
                  spies.add(new SpyDenoiser(network));
                  return spies.get(0);
                }))) {
      pipeline.generate(request.numInferenceSteps(2).build());
    }
    return spies.get(0).passes().stream().map(pass -> pass.labels().isPresent()).toList();
  }
}
