package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import kinetone.system.mdsgen.MdsgenOptions;
import kinetone.testkit.TinyMdsgen;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MdsgenGuidanceTest {
  @TempDir static Path shared;
  @TempDir Path folder;
  private static Pipeline model;

  @BeforeAll
  static void load() {
    model = Kinetone.load(TinyMdsgen.write(shared.resolve("model")), Kinetone.Options.CPU);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void guidance_of_scale_zero_or_one_is_none_and_larger_ones_have_an_effect() {
    String none = V2a.digest(model, V2a.fitting().guidanceScale(1));
    assertThat(V2a.digest(model, V2a.fitting().guidanceScale(0))).isEqualTo(none);
    String five = V2a.digest(model, V2a.fitting().guidanceScale(5));
    assertThat(five).isNotEqualTo(none);
    assertThat(V2a.digest(model, V2a.fitting().guidanceScale(3)))
        .as("the model's default")
        .isEqualTo(V2a.digest(model, V2a.fitting()))
        .isNotIn(none, five);
  }

  @Test
  void guidance_power_bends_the_course_of_guidance_where_there_is_any() {
    GenerateRequest.Builder released =
        V2a.fitting().guidanceScale(5).with(MdsgenOptions.GUIDANCE_POWER, 0.01);
    assertThat(V2a.digest(model, released))
        .isEqualTo(V2a.digest(model, V2a.fitting().guidanceScale(5)));
    assertThat(
            V2a.digest(
                model, V2a.fitting().guidanceScale(5).with(MdsgenOptions.GUIDANCE_POWER, 4.0)))
        .isNotEqualTo(V2a.digest(model, released));
    PipelineAssertions.assertRefused(
        model,
        V2a.fitting().guidanceScale(1).with(MdsgenOptions.GUIDANCE_POWER, 4.0),
        "guidance_power shapes guidance and needs a guidance_scale above 1");
  }

  @Test
  void the_classifier_guides_where_there_is_one_and_is_asked_for_in_vain_where_not() {
    String none = V2a.digest(model, V2a.fitting());
    assertThat(V2a.digest(model, V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 0.0)))
        .isEqualTo(none);
    String some =
        V2a.digest(model, V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 100.0));
    assertThat(some)
        .isNotEqualTo(none)
        .isEqualTo(
            V2a.digest(model, V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 100.0)));
    Path alone = TinyMdsgen.without(TinyMdsgen.write(folder), "align");
    try (Pipeline without = Kinetone.load(alone, Kinetone.Options.CPU)) {
      assertThat(
              GenerateOnce.digest(
                  without.generate(
                      V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 0.0).build())))
          .isEqualTo(none);
      PipelineAssertions.assertRefused(
          without,
          V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 2.0),
          "classifier_guidance_scale needs an alignment");
    }
  }

  @Test
  void a_model_may_be_guided_by_its_classifier_unless_asked_otherwise() {
    TinyMdsgen.write(folder);
    TinyMdsgen.writeIndex(folder, 100);
    String none = V2a.digest(model, V2a.fitting());
    try (Pipeline guided = Kinetone.load(folder, Kinetone.Options.CPU)) {
      assertThat(V2a.digest(guided, V2a.fitting()))
          .isEqualTo(
              V2a.digest(model, V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 100.0)))
          .isNotEqualTo(none);
      assertThat(
              V2a.digest(guided, V2a.fitting().with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 0.0)))
          .isEqualTo(none);
    }
  }
}
