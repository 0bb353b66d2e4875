package kinetone.pipeline;

import static kinetone.pipeline.OptionTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Set;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateRequestTest {
  @TempDir Path folder;

  @Test
  void later_options_go_over_earlier_ones_and_shorthands_are_options() {
    OptionValues other = OptionValues.NONE.with(CommonOptions.NUM_INFERENCE_STEPS, 9);
    GenerateRequest request =
        GenerateRequest.of(new Task.Joint())
            .numInferenceSteps(7)
            .guidanceScale(2)
            .sampler(SamplerChoice.DDPM)
            .prompt("rain")
            .negativePrompt("wind")
            .with(other)
            .build();
    assertThat(request.options())
        .isEqualTo(
            other
                .with(CommonOptions.GUIDANCE_SCALE, 2.0)
                .with(CommonOptions.SAMPLER, SamplerChoice.DDPM)
                .with(CommonOptions.PROMPT, "rain")
                .with(CommonOptions.NEGATIVE_PROMPT, "wind"));
    assertThat(request.withOptions(other).options()).isEqualTo(other);
    refused(() -> GenerateRequest.of(new Task.Joint()).numInferenceSteps(0), "num_inference_steps");
    refused(() -> GenerateRequest.of(new Task.Joint()).guidanceScale(-1), "guidance_scale = -1.0");
  }

  @Test
  void words_are_refused_by_systems_that_hear_none() {
    for (Path folder :
        new Path[] {
          TinyModel.write(folder.resolve("monl")), TinyMdsgen.write(folder.resolve("mdsgen"))
        }) {
      try (Pipeline model = Kinetone.load(folder, Kinetone.Options.CPU)) {
        String refusal = "is not an option of " + model.index().system() + " models; they know: num";
        PipelineAssertions.assertRefused(model, V2a.fitting().prompt("rain"), "prompt " + refusal);
        PipelineAssertions.assertRefused(
            model, V2a.fitting().negativePrompt("wind"), "negative_prompt " + refusal);
      }
    }
  }

  @Test
  void what_a_task_needs_must_be_given() {
    refused(() -> GenerateRequest.of(new Task.VideoToAudio()).build(), "v2a needs a picture");
    refused(() -> GenerateRequest.of(new Task.AudioToVideo()).build(), "a2v needs a sound");
    refused(() -> GenerateRequest.of(new Task.Continue(1)).build(), "need a clip");
    refused(() -> GenerateRequest.of(new Task.Inpaint(0, 1)).build(), "need a clip");
  }

  @Test
  void segments_that_are_kept_must_be_given() {
    try (Pipeline model =
        Kinetone.load(TinyModel.write(folder.resolve("monl")), Kinetone.Options.CPU)) {
      Clip pictures = Clip.of(TinyClips.video(1.125, 16, 16, 8));
      Clip sound = Clip.of(TinyClips.audio(1.125, 1, 8000));
      Set<Integer> all = Set.of(0, 1, 2);
      GenerateRequest.Builder partly =
          GenerateRequest.of(new Task.Segments(Set.of(1), all)).numInferenceSteps(2);
      PipelineAssertions.assertRefused(
          model, partly, "the task keeps parts of the picture, but there is none: give --video");
      PipelineAssertions.assertRefused(model, partly.audio(sound), "parts of the picture");
      model.generate(partly.video(pictures).build());
      GenerateRequest.Builder other = GenerateRequest.of(new Task.Segments(all, Set.of(1)));
      PipelineAssertions.assertRefused(model, other, "keeps parts of the sound, but there is none");
      model.generate(other.audio(sound).build());
      // What is not kept need not be there.
      model.generate(GenerateRequest.of(new Task.Segments(all, all)).build());
    }
  }
}
