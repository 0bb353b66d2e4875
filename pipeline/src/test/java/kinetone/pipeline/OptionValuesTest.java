package kinetone.pipeline;

import static kinetone.pipeline.OptionTest.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;
import kinetone.checkpoint.Json;
import org.junit.jupiter.api.Test;

class OptionValuesTest {
  private static final Option<Integer> STEPS = CommonOptions.NUM_INFERENCE_STEPS;
  private static final Option<Double> SCALE = CommonOptions.GUIDANCE_SCALE;
  private static final Option<SamplerChoice> SAMPLER = CommonOptions.SAMPLER;

  private static final OptionValues SOME =
      OptionValues.NONE.with(STEPS, 7).with(SAMPLER, SamplerChoice.DPMPP);

  @Test
  void what_nobody_said_is_as_usual() {
    assertThat(SOME.find(STEPS)).contains(7);
    assertThat(SOME.get(STEPS)).isEqualTo(7);
    assertThat(SOME.find(SCALE)).isEmpty();
    assertThat(SOME.get(SCALE)).isEqualTo(SCALE.defaultValue());
    assertThat(SOME.options()).containsExactly(STEPS, SAMPLER);
    assertThat(OptionValues.NONE.options()).isEmpty();
  }

  @Test
  void a_value_takes_the_place_of_the_one_before_and_nothing_changes_what_was() {
    OptionValues more = SOME.with(STEPS, 9).withParsed(SCALE, "2").withRead(SCALE, number(3));
    assertThat(more.get(STEPS)).isEqualTo(9);
    assertThat(more.get(SCALE)).isEqualTo(3.0);
    assertThat(SOME.get(STEPS)).isEqualTo(7);
    assertThat(SOME.find(SCALE)).isEmpty();
    assertThat(OptionValues.NONE.options()).isEmpty();
  }

  private static JsonNode number(int value) {
    return JsonNodeFactory.instance.numberNode(value);
  }

  @Test
  void requests_go_over_defaults() {
    OptionValues defaults = OptionValues.NONE.with(STEPS, 50).with(SCALE, 3.0);
    OptionValues both = SOME.over(defaults);
    assertThat(both.get(STEPS)).isEqualTo(7);
    assertThat(both.get(SCALE)).isEqualTo(3.0);
    assertThat(both.get(SAMPLER)).isEqualTo(SamplerChoice.DPMPP);
    assertThat(defaults.over(SOME).get(STEPS)).isEqualTo(50);
    assertThat(SOME.over(OptionValues.NONE)).isEqualTo(SOME).hasSameHashCodeAs(SOME);
    assertThat(OptionValues.NONE.over(SOME)).isEqualTo(SOME);
    assertThat(both).isNotEqualTo(SOME);
  }

  @Test
  void what_is_usual_but_said_goes_over_defaults_too() {
    OptionValues said = OptionValues.NONE.with(SCALE, SCALE.defaultValue());
    assertThat(said.over(OptionValues.NONE.with(SCALE, 3.0)).get(SCALE))
        .isEqualTo(SCALE.defaultValue());
  }

  @Test
  void values_come_back_from_json_as_they_were() {
    assertThat(SOME.write().toString())
        .isEqualTo("{\"num_inference_steps\":7,\"sampler\":\"dpmpp\"}")
        .isEqualTo(SOME.toString());
    assertThat(OptionValues.read(SOME.write(), CommonOptions.ALL)).isEqualTo(SOME);
    assertThat(OptionValues.read(OptionValues.NONE.write(), List.of()))
        .isEqualTo(OptionValues.NONE);
  }

  @Test
  void unknown_names_and_wrong_values_in_json_are_named() throws Exception {
    refused(
        () -> read("{\"steps\": 7}"),
        "unknown option 'steps'; known here: guidance_scale, num_inference_steps, sampler, variance");
    refused(
        () -> read("{\"num_inference_steps\": 0}"),
        "num_inference_steps = 0, must be between 1 and 1000");
    refused(() -> read("{\"num_inference_steps\": null}"), "must be a number");
    refused(() -> read("[7]"), "options are [7], must be an object");
    refused(
        () -> OptionValues.NONE.with(STEPS, 1001),
        "num_inference_steps = 1001, must be between 1 and 1000");
    refused(() -> OptionValues.NONE.withParsed(STEPS, "many"), "must be a number");
  }

  private static OptionValues read(String json) throws Exception {
    return OptionValues.read(Json.MAPPER.readTree(json), CommonOptions.ALL);
  }
}
