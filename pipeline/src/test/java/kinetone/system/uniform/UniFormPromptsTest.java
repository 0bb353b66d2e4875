package kinetone.system.uniform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.SoundtrackListener;
import kinetone.pipeline.SpyDenoiser;
import kinetone.testkit.TinyUniForm;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UniFormPromptsTest {
  @TempDir Path folder;

  private final List<SpyDenoiser> spies = new ArrayList<>();

  private DiffusionPipeline pipeline() {
    UniFormSystem system = new UniFormSystem();
    Path model = TinyUniForm.write(folder.resolve("model"));
    ModelIndex index = ModelIndex.read(model);
    return new DiffusionPipeline(
        system,
        index,
        system.open(
            ModelParts.of(system, model),
            index,
            new Device("cpu"),
            network -> {
              spies.add(new SpyDenoiser(network));
              return spies.get(0);
            }));
  }

  private static GenerateRequest.Builder sound(int frames) {
    byte[] rgb = new byte[frames * 16 * 16 * 3];
    Arrays.fill(rgb, (byte) 90);
    return GenerateRequest.of(new Task.VideoToAudio())
        .video(Clip.of(new Video(rgb, frames, 16, 16, 8)))
        .numInferenceSteps(1);
  }

  /** The captions of all passes, in order, one of each run of equal ones. */
  private List<Integer> heard() {
    List<Integer> captions = new ArrayList<>();
    for (SpyDenoiser.Pass pass : spies.get(0).passes()) {
      int words = Arrays.hashCode(pass.text().orElse(null));
      if (captions.isEmpty() || captions.get(captions.size() - 1) != words) {
        captions.add(words);
      }
    }
    return captions;
  }

  private List<Integer> soundtrack(DiffusionPipeline pipeline, GenerateRequest request) {
    pipeline.soundtrack(request, piece -> {}, SoundtrackListener.NONE, new Cancellation());
    return heard();
  }

  @Test
  void each_window_of_a_long_video_hears_the_prompt_of_its_own_time() {
    try (DiffusionPipeline pipeline = pipeline()) {
      List<Integer> ball = soundtrack(pipeline, sound(9).prompt("a ball bounces").build());
      List<Integer> rain = soundtrack(pipeline, sound(9).prompt("rain falls").build());
      assertThat(ball).hasSize(1).isNotEqualTo(rain);
      List<Integer> both =
          soundtrack(
              pipeline,
              sound(27)
                  .prompt("a ball bounces")
                  .with(CommonOptions.PROMPTS, CommonOptions.PROMPTS.parse("1.5-9: rain falls"))
                  .build());
      assertThat(both).containsExactly(ball.get(0), rain.get(0));
    }
  }

  @Test
  void words_that_cannot_be_heard_are_refused_in_a_line() {
    try (DiffusionPipeline pipeline = pipeline()) {
      refused(
          pipeline,
          GenerateRequest.of(new Task.Joint())
              .with(CommonOptions.PROMPTS, CommonOptions.PROMPTS.parse("0-1: rain")),
          "prompts say what happens when in a video that gets sound");
      refused(
          pipeline,
          GenerateRequest.of(new Task.Joint()).guidanceScale(3),
          "guidance_scale 3.0 guides towards a prompt, and there is none");
      refused(
          pipeline,
          GenerateRequest.of(new Task.Joint()).prompt("rain").negativePrompt("a bell"),
          "a negative_prompt is heard through guidance");
      refused(
          pipeline,
          GenerateRequest.of(new Task.Joint()).with(UniFormOptions.GIVEN_GUIDANCE_SCALE, 2.0),
          "given_guidance_scale 2.0 guides towards what is given");
      assertThat(spies.get(0).passes()).isEmpty();
    }
  }

  private static void refused(
      DiffusionPipeline pipeline, GenerateRequest.Builder request, String message) {
    assertThatThrownBy(() -> pipeline.generate(request.build()))
        .isInstanceOf(KinetoneException.class)
        .hasMessageStartingWith(message)
        .hasMessageNotContaining("\n");
  }
}
