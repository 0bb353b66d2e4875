package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.testkit.TinyModel;
import org.bytedeco.javacpp.Pointer;

/** What tests expect of the pipelines of tiny models. */
public final class PipelineAssertions {
  private PipelineAssertions() {}

  /** One channel in the format of the model, not silent. */
  public static void assertSound(Audio sound) {
    assertThat(sound.length()).isEqualTo(TinyModel.FORMAT.samples());
    assertThat(sound.sampleRate()).isEqualTo(TinyModel.FORMAT.sampleRate());
    assertThat(sound.channels()).isEqualTo(1);
    double power = 0;
    for (float value : sound.samples()[0]) {
      assertThat(value).isBetween(-1f, 1f);
      power += value * value;
    }
    assertThat(power).isGreaterThan(0);
  }

  /** The request is refused with one line for the user. */
  public static void assertRefused(Pipeline pipeline, GenerateRequest.Builder request, String message) {
    assertThatThrownBy(() -> pipeline.generate(request.build()))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
  }

  /** A request of many steps that is cancelled in the third ends there. */
  public static void assertCancels(Pipeline pipeline, GenerateRequest.Builder request) {
    Cancellation cancellation = new Cancellation();
    List<Integer> steps = new ArrayList<>();
    assertThatThrownBy(
            () ->
                pipeline.generate(
                    request.numInferenceSteps(50).build(),
                    (phase, step, all) -> {
                      if (phase.equals("sample")) {
                        steps.add(step);
                        if (step == 2) {
                          cancellation.cancel();
                        }
                      }
                    },
                    cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(steps).containsExactly(0, 1, 2);
  }

  /** Generations after the first leave no native memory behind. */
  public static void assertSteady(Pipeline pipeline, GenerateRequest.Builder request) {
    pipeline.generate(request.build());
    long before = Pointer.totalCount();
    long bytes = Pointer.totalBytes();
    for (int i = 0; i < 5; i++) {
      pipeline.generate(request.build());
    }
    assertThat(Pointer.totalCount()).isEqualTo(before);
    assertThat(Pointer.totalBytes()).isEqualTo(bytes);
  }
}
