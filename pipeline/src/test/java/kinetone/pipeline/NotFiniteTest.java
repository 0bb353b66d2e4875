package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.KinetoneException;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyModel;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers that are none end the work; they never become a silent or black clip. */
class NotFiniteTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"denoiser, latents", "video_codec, pictures", "audio_codec, sound samples"})
  void weights_that_make_no_numbers_are_told_before_there_is_a_clip(String component, String what) {
    Path model = TinyModel.write(folder.resolve("model"));
    spoil(model.resolve(component), component.equals("denoiser") ? "" : "decoder.", 1e30);
    try (Pipeline pipeline = Kinetone.load(model, Kinetone.Options.CPU)) {
      refused(
          () -> pipeline.generate(request(new Task.Joint()).build()),
          KinetoneException.Kind.USER,
          what + " that are not finite");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"denoiser", "video_codec", "audio_codec"})
  void weights_that_are_no_numbers_are_not_loaded(String component) {
    Path model = TinyModel.write(folder.resolve("model"));
    spoil(model.resolve(component), component.equals("denoiser") ? "" : "decoder.", Double.NaN);
    refused(
        () -> Kinetone.load(model, Kinetone.Options.CPU).close(),
        KinetoneException.Kind.USER,
        component);
  }

  @Test
  void a_decoded_sound_that_is_no_sound_is_refused() {
    Path model = TinyModel.write(folder.resolve("model"));
    float[] samples = new float[9000];
    samples[80] = Float.NaN;
    Clip clip = Clip.of(Audio.mono(samples, 8000));
    try (Pipeline pipeline = Kinetone.load(model, Kinetone.Options.CPU)) {
      refused(
          () -> pipeline.generate(request(new Task.AudioToVideo()).audio(clip).build()),
          KinetoneException.Kind.USER,
          "the given clip has a sound sample that is not a number at 0.010 s");
    }
  }

  private static GenerateRequest.Builder request(Task task) {
    return GenerateRequest.of(task).numInferenceSteps(2);
  }

  private static void refused(ThrowingCallable use, KinetoneException.Kind kind, String message) {
    assertThatThrownBy(use)
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> org.assertj.core.api.Assertions.assertThat(e.kind()).isEqualTo(kind))
        .hasMessageContaining(message);
  }

  /** Writes the component again with the weights that begin with {@code prefix} multiplied. */
  private static void spoil(Path component, String prefix, double factor) {
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> weights =
          new LinkedHashMap<>(SafeTensors.read(ComponentFolder.weights(component)).tensors());
      weights.replaceAll(
          (name, tensor) -> name.startsWith(prefix) ? tensor.mul(new Scalar(factor)) : tensor);
      ComponentFolder.write(
          component,
          ComponentFolder.type(component),
          ComponentFolder.config(component, com.fasterxml.jackson.databind.JsonNode.class),
          weights,
          ScalarType.Float);
    }
  }
}
