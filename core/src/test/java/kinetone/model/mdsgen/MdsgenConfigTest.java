package kinetone.model.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import kinetone.checkpoint.Json;
import kinetone.nn.Gelu;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;

class MdsgenConfigTest {
  private static JsonNode released() throws IOException {
    return Json.MAPPER.readTree(
        MdsgenConfigTest.class.getResourceAsStream("/goldens/mdsgen/released.json"));
  }

  @Test
  void presets_have_the_sizes_of_the_released_code_with_and_without_the_side_block()
      throws IOException {
    JsonNode counts = released().get("counts");
    assertThat(counts).hasSize(9);
    counts
        .properties()
        .forEach(
            entry -> {
              MdsgenConfig config = MdsgenPresets.of(entry.getKey());
              assertThat(config.inferenceParameterCount())
                  .as(entry.getKey())
                  .isEqualTo(entry.getValue().get(0).asLong());
              assertThat(config.parameterCount())
                  .as(entry.getKey() + " in training")
                  .isEqualTo(entry.getValue().get(1).asLong());
            });
    assertThat(MdsgenPresets.of("mdsgen-b-audioldm").parameterCount()).isEqualTo(142_299_073);
    assertThat(MdsgenPresets.of("mdsgen-t").inferenceParameterCount()).isEqualTo(8_399_057);
    assertThat(MdsgenPresets.SCENES.parameterCount()).isBetween(4_000_000L, 5_000_000L);
  }

  @Test
  void tensors_are_named_as_in_the_released_checkpoint_and_have_its_shapes_in_small()
      throws IOException {
    JsonNode expected = released().get("tensors");
    assertThat(expected).hasSize(177);
    MdsgenConfig small =
        new MdsgenConfig(
            12,
            8,
            2,
            4,
            Gelu.TANH,
            6,
            new MdsgenConfig.Latent(4, 4, 3, 2, MdsgenConfig.Rows.TIME),
            new MdsgenConfig.Features(5, 7));
    // The sizes of the released network and of the small one.
    Map<Long, Long> sizes = new TreeMap<>();
    long[][] pairs = {
      {768, 8},
      {2304, 24},
      {3072, 32},
      {4608, 48},
      {1536, 16},
      {64, 24},
      {816, 4},
      {204, 6},
      {512, 7},
      {32, 5},
      {3048, 12},
      {12, 2}
    };
    for (long[] pair : pairs) {
      sizes.put(pair[0], pair[1]);
    }
    Mdsgen net = new Mdsgen(small, new Rng(1));
    try (TensorScope scope = TensorScope.open()) {
      Map<String, Tensor> state = StateDict.of(net);
      assertThat(state).hasSize(177);
      expected
          .properties()
          .forEach(
              entry -> {
                long[] shape = new long[entry.getValue().size()];
                for (int i = 0; i < shape.length; i++) {
                  long size = entry.getValue().get(i).asLong();
                  shape[i] = sizes.getOrDefault(size, size);
                }
                if (entry.getKey().equals("x_embedder.proj.weight")) {
                  shape[1] = 3;
                }
                assertThat(state.get(entry.getKey()))
                    .as(entry.getKey())
                    .isNotNull()
                    .satisfies(t -> assertThat(t.shape()).isEqualTo(shape));
              });
      assertThat(StateDict.parameterCount(net)).isEqualTo(small.parameterCount());
    }
    net.close();
  }

  @Test
  void the_arithmetic_agrees_with_a_network_of_padded_patches_and_turned_grid() {
    MdsgenConfig config =
        MdsgenPresets.SCENES
            .withLatent(new MdsgenConfig.Latent(9, 4, 3, 2, MdsgenConfig.Rows.FREQUENCY))
            .withFeatures(new MdsgenConfig.Features(3, 20));
    Mdsgen net = new Mdsgen(config, new Rng(1));
    assertThat(StateDict.parameterCount(net)).isEqualTo(config.parameterCount());
    assertThat(config.latent().tokens()).isEqualTo(10);
    net.close();
  }

  @Test
  void the_arithmetic_agrees_with_a_network_of_frames_with_positions() {
    MdsgenConfig without =
        MdsgenPresets.SCENES.withFeatures(new MdsgenConfig.Features(3, 20, false));
    MdsgenConfig with = MdsgenPresets.SCENES.withFeatures(new MdsgenConfig.Features(3, 20, true));
    Mdsgen net = new Mdsgen(with, new Rng(1));
    assertThat(StateDict.parameterCount(net)).isEqualTo(with.parameterCount());
    assertThat(with.parameterCount()).isEqualTo(without.parameterCount() + 3L * with.width());
    net.close();
  }

  @Test
  void a_file_that_says_nothing_of_positions_has_none() throws IOException {
    String json = Json.MAPPER.writeValueAsString(MdsgenPresets.SCENES.features());
    assertThat(json).contains("\"positions\" : true");
    MdsgenConfig.Features older =
        Json.MAPPER.readValue("{\"frames\": 17, \"width\": 128}", MdsgenConfig.Features.class);
    assertThat(older).isEqualTo(new MdsgenConfig.Features(17, 128));
    assertThat(older.positions()).isFalse();
    assertThatThrownBy(() -> Json.MAPPER.readValue("{\"frames\": 17}", MdsgenConfig.Features.class))
        .hasMessageContaining("width");
  }

  @Test
  void a_config_survives_json() throws IOException {
    String json = Json.MAPPER.writeValueAsString(MdsgenPresets.SCENES);
    assertThat(Json.MAPPER.readValue(json, MdsgenConfig.class)).isEqualTo(MdsgenPresets.SCENES);
  }

  @Test
  void sizes_that_do_not_fit_are_refused() {
    assertThatThrownBy(() -> new MdsgenConfig.Latent(53, 15, 8, 2, MdsgenConfig.Rows.TIME))
        .hasMessage("latent.frequencies = 15 is not divisible by latent.patch = 2");
    MdsgenConfig good = MdsgenPresets.SCENES;
    assertThatThrownBy(
            () -> new MdsgenConfig(2, 128, 4, 3, Gelu.ERF, 256, good.latent(), good.features()))
        .hasMessage("decoderDepth = 3, must be at most depth = 2");
    assertThatThrownBy(() -> MdsgenPresets.of("mdsgen-xl"))
        .hasMessageContaining("model 'mdsgen-xl' is unknown; use one of mdsgen-b, mdsgen-b-");
    for (double ratio : new double[] {0, 1, -0.5}) {
      assertThatThrownBy(() -> new Masking.TemporalAware(ratio)).hasMessageContaining("mask ratio");
    }
  }
}
