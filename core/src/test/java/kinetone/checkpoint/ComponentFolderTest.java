package kinetone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComponentFolderTest {
  private record Config(int width) {}

  @TempDir Path folder;
  private final LinearImpl module = new LinearImpl(2, 3);

  @BeforeEach
  void write() {
    ComponentFolder.write(folder, "Linear", new Config(3), StateDict.of(module), ScalarType.Float);
  }

  @Test
  void a_component_comes_back() {
    LinearImpl other = new LinearImpl(2, 3);
    ComponentFolder.load(folder, other);
    try (TensorScope scope = TensorScope.open()) {
      assertThat(Tensors.toFloats(other.weight())).isEqualTo(Tensors.toFloats(module.weight()));
    }
    assertThat(ComponentFolder.type(folder)).isEqualTo("Linear");
    assertThat(ComponentFolder.config(folder, Config.class)).isEqualTo(new Config(3));
    assertThat(ComponentFolder.weightsSha256(folder))
        .isEqualTo(Sha256.of(folder.resolve("model.safetensors")));
  }

  @Test
  void altered_weights_are_refused_whichever_byte_it_is() throws IOException {
    Path weights = folder.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    for (int at : new int[] {0, 20, bytes.length / 2, bytes.length - 1}) {
      byte[] altered = bytes.clone();
      altered[at] ^= 0x10;
      Files.write(weights, altered);
      refused("altered or damaged");
    }
    Files.write(weights, bytes);
    ComponentFolder.load(folder, module);
  }

  @Test
  void what_is_missing_is_named() throws IOException {
    Files.delete(folder.resolve("model.safetensors"));
    refused("model.safetensors is missing");
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> ComponentFolder.type(folder))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("config.json is missing");
  }

  @Test
  void a_configuration_that_does_not_fit_is_named() throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config);
    for (Map.Entry<String, String> change :
        Map.of(
                "\"width\" : 3", "\"width\" : 3, \"depth\" : 1",
                "\"width\"", "\"wdith\"",
                "3", "\"three\"",
                "{", "[")
            .entrySet()) {
      Files.writeString(config, text.replace(change.getKey(), change.getValue()));
      assertThatThrownBy(() -> ComponentFolder.config(folder, Config.class))
          .as(change.getValue())
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("config.json")
          .hasMessageNotContaining("\n");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"type\" | \"tipe\" | unknown option 'tipe'; known here: base, config, sha256, type, weights",
        "\"config\" | \"base\" | has no 'config'",
        "{ \"width\" : 3 } | null | has no 'config'",
        "{ \"width\" : 3 } | 7 | has no 'config'",
        "\"width\" : 3 | \"width\" : 2000000000 | 2000000000 is too large, at most 1048576",
        "\"sha256\" | \"base\" | has no 'sha256'",
        "\"type\" : \"Linear\" | \"type\" : 3 | has no 'type'",
        "model.safetensors | other.safetensors | 'weights' is \"other.safetensors\", must be",
      })
  void a_root_that_is_not_whole_is_refused(String from, String to, String message)
      throws IOException {
    Path config = folder.resolve("config.json");
    String text = Files.readString(config).replaceAll("\\s+", " ");
    String wrong = text.replace(from, to);
    assertThat(wrong).isNotEqualTo(text);
    Files.writeString(config, wrong);
    assertThatThrownBy(
            () -> {
              ComponentFolder.requireType(folder, "Linear");
              ComponentFolder.config(folder, Config.class);
              ComponentFolder.load(folder, module);
            })
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("config.json")
        .hasMessageContaining(message);
  }

  /** Its weights have the names and shapes of {@code LinearImpl}. */
  private static Module linear(long in, long out, Rng rng) {
    return Linear.xavier(in, out, rng);
  }

  @Test
  void a_network_gets_about_the_room_that_its_weights_have() {
    Module built = ComponentFolder.network(folder, rng -> linear(2, 3, rng));
    try (TensorScope scope = TensorScope.open()) {
      assertThat(Tensors.toFloats(StateDict.of(built).get("weight")))
          .isEqualTo(Tensors.toFloats(module.weight()));
    }
    assertThatThrownBy(() -> ComponentFolder.network(folder, rng -> linear(4, 4, rng)))
        .hasMessageContaining("weight has shape [3, 2], expected [4, 4]");
    for (long width : new long[] {2000, 1L << 20, 1L << 31, Long.MAX_VALUE}) {
      tooLarge(rng -> linear(width, width, rng));
    }
    tooLarge(rng -> linear(-1, 3, rng));
    // Many small layers are as many tensors.
    tooLarge(
        rng -> {
          Module many = new Module("Many");
          for (int i = 0; i < 1_000_000; i++) {
            many.register_module("l" + i, linear(1, 1, rng));
          }
          return many;
        });
    assertThatThrownBy(
            () ->
                ComponentFolder.network(
                    folder,
                    rng -> {
                      throw new IllegalStateException("a fault of ours");
                    }))
        .isInstanceOf(IllegalStateException.class);
  }

  private void tooLarge(Function<Rng, Module> network) {
    assertThatThrownBy(() -> ComponentFolder.network(folder, network))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining("config.json describes a larger network than its weights");
  }

  @ParameterizedTest
  @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
  void weights_that_are_no_numbers_are_refused_whatever_their_hash(float value) {
    for (ScalarType type :
        new ScalarType[] {ScalarType.Float, ScalarType.Half, ScalarType.BFloat16}) {
      float before = Tensors.toFloats(module.bias())[1];
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        module.bias().select(0, 1).fill_(new Scalar(value));
        ComponentFolder.write(folder, "Linear", new Config(3), StateDict.of(module), type);
        module.bias().select(0, 1).fill_(new Scalar(before));
      }
      LinearImpl other = new LinearImpl(2, 3);
      assertThatThrownBy(() -> ComponentFolder.load(folder, other))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("model.safetensors hold numbers that are not finite, in bias");
    }
  }

  @Test
  void weights_of_another_module_are_refused() {
    assertThatThrownBy(() -> ComponentFolder.load(folder, new LinearImpl(3, 3)))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("weight has shape [3, 2], expected [3, 3]");
  }

  private void refused(String message) {
    assertThatThrownBy(() -> ComponentFolder.load(folder, module))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }
}
