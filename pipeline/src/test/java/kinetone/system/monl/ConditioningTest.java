package kinetone.system.monl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Modality;
import kinetone.diffusion.guidance.ReconstructionGuidance;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.PredictionType;
import kinetone.diffusion.task.Task;
import kinetone.model.monl.AvDiTConfig;
import kinetone.pipeline.GenerateOnce;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.PipelineAssertions;
import kinetone.pipeline.SamplerChoice;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConditioningTest {
  private static final Offset<Float> TOLERANCE = Offset.offset(1e-4f);

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void every_conditioning_keeps_what_is_given_and_makes_something_of_its_own(
      PredictionType prediction) {
    try (Pipeline model = model(prediction)) {
      for (Task task : List.of(new Task.VideoToAudio(), new Task.Continue(0.625))) {
        List<String> digests = new ArrayList<>();
        for (Conditioning conditioning : Conditioning.values()) {
          GenerateRequest request = request(task, conditioning).build();
          GenerateResult result = model.generate(request);
          result.diagnostics().given().forEach((modality, given) -> assertGivenKept(result, modality, given));
          digests.add(GenerateOnce.digest(result));
          assertThat(GenerateOnce.digest(model.generate(request)))
              .isEqualTo(digests.get(digests.size() - 1));
        }
        assertThat(digests).doesNotHaveDuplicates();
      }
    }
  }

  /** Equation 8 with λ = 0; the fixed noise of the condition is the same. */
  @ParameterizedTest
  @EnumSource(PredictionType.class)
  void reconstruction_of_weight_zero_is_replacement_and_a_heavier_one_is_not(
      PredictionType prediction) {
    try (Pipeline model = model(prediction)) {
      Task task = new Task.Continue(0.625);
      float[] replaced = sound(model.generate(request(task, Conditioning.REPLACEMENT).build()));
      float[] none = sound(model.generate(reconstruction(task, 0).build()));
      float[] some = sound(model.generate(reconstruction(task, 0.02).build()));
      assertThat(none).containsExactly(replaced, TOLERANCE);
      assertThat(Arrays.mismatch(some, none)).isNotNegative();
      assertThat(some)
          .isEqualTo(sound(model.generate(request(task, Conditioning.RECONSTRUCTION).build())));
      // What makes the first comparison say something.
      float[] clean = sound(model.generate(request(task, Conditioning.CONDITION).build()));
      assertThat(distance(clean, replaced)).isGreaterThan(100 * TOLERANCE.value);
    }
  }

  @Test
  void baselines_that_make_no_sense_are_refused() {
    Task task = new Task.VideoToAudio();
    try (Pipeline model = model(PredictionType.EPSILON)) {
      for (Conditioning conditioning :
          List.of(Conditioning.REPLACEMENT, Conditioning.RECONSTRUCTION)) {
        PipelineAssertions.assertRefused(
            model,
            GenerateRequest.of(new Task.Joint()).with(MonlOptions.CONDITIONING, conditioning),
            "task joint");
        PipelineAssertions.assertRefused(
            model, request(task, conditioning).guidanceScale(2), "guidance_scale 2.0");
      }
      PipelineAssertions.assertRefused(
          model,
          request(task, Conditioning.CONDITION).with(MonlOptions.RECONSTRUCTION_WEIGHT, 0.1),
          "need conditioning reconstruction, not condition");
      PipelineAssertions.assertRefused(
          model,
          request(task, Conditioning.REPLACEMENT)
              .with(MonlOptions.RECONSTRUCTION_FORM, ReconstructionGuidance.Form.CODE),
          "need conditioning reconstruction, not replacement");
      PipelineAssertions.assertRefused(
          model,
          request(task, Conditioning.RECONSTRUCTION).sampler(SamplerChoice.DPMPP),
          "use sampler ddim or ddpm");
    }
    assertThatThrownBy(() -> reconstruction(task, -1))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("reconstruction_weight = -1")
        .hasMessageNotContaining("\n");
  }

  /** Without self-conditioning, where the baselines tell the network different estimates. */
  private Pipeline model(PredictionType prediction) {
    Path model = TinyModel.write(folder.resolve(prediction.name()));
    AvDiTConfig tiny = TinyModel.DENOISER;
    TinyModel.writeDenoiser(
        model,
        new AvDiTConfig(
            tiny.depth(),
            tiny.width(),
            tiny.heads(),
            tiny.mlpRatio(),
            tiny.gelu(),
            tiny.conditionSinusoids(),
            tiny.conditionHidden(),
            false,
            tiny.video(),
            tiny.audio(),
            new DiffusionConfig(null, prediction, null)));
    return Kinetone.load(model, Kinetone.Options.CPU);
  }

  private static GenerateRequest.Builder request(Task task, Conditioning conditioning) {
    return GenerateRequest.of(task)
        .video(TinyClips.fitting())
        .with(MonlOptions.CONDITIONING, conditioning)
        .seed(3)
        .numInferenceSteps(4);
  }

  private static GenerateRequest.Builder reconstruction(Task task, double weight) {
    return request(task, Conditioning.RECONSTRUCTION).with(MonlOptions.RECONSTRUCTION_WEIGHT, weight);
  }

  private static float[] sound(GenerateResult result) {
    return result.diagnostics().latents().get(Modality.AUDIO);
  }

  private static float distance(float[] a, float[] b) {
    float largest = 0;
    for (int i = 0; i < a.length; i++) {
      largest = Math.max(largest, Math.abs(a[i] - b[i]));
    }
    return largest;
  }

  private static void assertGivenKept(GenerateResult result, Modality modality, float[] given) {
    boolean[] generated = result.diagnostics().mask().generated(modality);
    float[] made = result.diagnostics().latents().get(modality);
    int size = given.length / generated.length;
    for (int i = 0; i < made.length; i++) {
      assertThat(made[i]).isFinite();
      if (!generated[i / size]) {
        assertThat(made[i]).isEqualTo(given[i]);
      }
    }
  }
}
