package kinetone.model.monl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.nn.Gelu;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import org.junit.jupiter.api.Test;

class AvDiTConfigTest {
  @Test
  void the_base_preset_has_the_418_million_parameters_of_the_paper() {
    assertThat(AvDiTPresets.BASE.parameterCount() / 1e6).isCloseTo(418.1, within(0.05));
  }

  @Test
  void the_arithmetic_agrees_with_networks_really_built() {
    for (AvDiTConfig config :
        new AvDiTConfig[] {
          AvDiTTest.config(2, 32, 2, 1), AvDiTTest.config(1, 16, 1, 2), AvDiTPresets.TINY
        }) {
      AvDiT net = new AvDiT(config, new Rng(1));
      assertThat(StateDict.parameterCount(net)).isEqualTo(config.parameterCount());
      net.close();
    }
  }

  @Test
  void a_config_survives_json() throws Exception {
    String json = Json.MAPPER.writeValueAsString(AvDiTPresets.SMALL);
    assertThat(Json.MAPPER.readValue(json, AvDiTConfig.class)).isEqualTo(AvDiTPresets.SMALL);
  }

  @Test
  void sizes_that_do_not_fit_are_refused() {
    AvDiTConfig.Video video = new AvDiTConfig.Video(1, 4, 4, 2, 2);
    AvDiTConfig.Audio audio = new AvDiTConfig.Audio(7, 3, 1);
    assertThatThrownBy(() -> new AvDiTConfig(1, 30, 4, 4, Gelu.ERF, 32, 32, true, video, audio))
        .isInstanceOf(KinetoneException.class)
        .hasMessage("width = 30 is not divisible by heads = 4");
    assertThatThrownBy(() -> new AvDiTConfig.Video(1, 5, 4, 2, 2))
        .hasMessage("video.height = 5 is not divisible by video.patch = 2");
    assertThatThrownBy(() -> AvDiTPresets.of("avdit-huge"))
        .hasMessage(
            "model 'avdit-huge' is unknown; use one of avdit-base, avdit-small, avdit-tiny");
  }
}
