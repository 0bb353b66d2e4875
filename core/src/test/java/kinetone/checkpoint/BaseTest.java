package kinetone.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.LinearImpl;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Components that hold only what differs from another component. */
class BaseTest {
  private record Config(int width) {}

  @TempDir Path folder;
  private Path base;
  private Path component;
  private final LinearImpl trunk = new LinearImpl(2, 3);
  private final LinearImpl head = new LinearImpl(3, 1);

  /** A trunk and a head. */
  private static final class Net extends Module {
    final LinearImpl trunk = register_module("trunk", new LinearImpl(2, 3));
    final LinearImpl head = register_module("head", new LinearImpl(3, 1));

    Net() {
      super("Net");
    }
  }

  @BeforeEach
  void write() {
    base = folder.resolve("bases/trunk");
    component = folder.resolve("runs/net/model");
    write(base, StateDict.of(trunk));
    write(component, heads(), Base.of(component, base, "trunk."));
  }

  private static void write(Path at, Map<String, Tensor> weights) {
    ComponentFolder.write(at, "Linear", new Config(3), weights, ScalarType.Float);
  }

  private static void write(Path at, Map<String, Tensor> weights, Base base) {
    ComponentFolder.write(at, "Net", new Config(3), weights, ScalarType.Float, base);
  }

  /** The head's tensors, by their names in the network. */
  private Map<String, Tensor> heads() {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    StateDict.of(head).forEach((name, tensor) -> weights.put("head." + name, tensor));
    return weights;
  }

  private static float[] numbers(Tensor tensor) {
    return Tensors.toFloats(tensor);
  }

  private void loads(Path at) {
    Net net = new Net();
    ComponentFolder.load(at, net);
    assertThat(numbers(net.trunk.weight())).isEqualTo(numbers(trunk.weight()));
    assertThat(numbers(net.trunk.bias())).isEqualTo(numbers(trunk.bias()));
    assertThat(numbers(net.head.weight())).isEqualTo(numbers(head.weight()));
  }

  private void refused(String... messages) {
    assertThatThrownBy(() -> ComponentFolder.load(component, new Net()))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContainingAll(messages)
        .hasMessageNotContaining("\n");
  }

  @Test
  void a_component_and_its_base_are_one_network() {
    loads(component);
    assertThat(ComponentFolder.base(component))
        .hasValueSatisfying(
            found -> {
              assertThat(found.folder()).isEqualTo("../../../bases/trunk");
              assertThat(found.sha256()).isEqualTo(ComponentFolder.weightsSha256(base));
              assertThat(found.prefix()).isEqualTo("trunk.");
            });
    assertThat(ComponentFolder.base(base)).isEmpty();
    assertThat(ComponentFolder.config(component, Config.class)).isEqualTo(new Config(3));
    try (TensorFile file = ComponentFolder.open(component)) {
      assertThat(file.groups().get(TensorFile.ROOT))
          .containsOnlyKeys("head.weight", "head.bias", "trunk.weight", "trunk.bias");
    }
  }

  @Test
  void tensors_of_the_component_take_the_place_of_the_bases() {
    Map<String, Tensor> own = heads();
    try (TensorScope scope = TensorScope.open()) {
      own.put("trunk.bias", Tensors.of(new float[] {1, 2, 3}, 3));
      write(component, own, Base.of(component, base, "trunk."));
      Net net = new Net();
      ComponentFolder.load(component, net);
      assertThat(numbers(net.trunk.bias())).containsExactly(1, 2, 3);
      assertThat(numbers(net.trunk.weight())).isEqualTo(numbers(trunk.weight()));
    }
  }

  @Test
  void every_tensor_of_the_network_is_found_and_every_tensor_found_is_used() {
    Map<String, Tensor> own = heads();
    own.remove("head.bias");
    write(component, own, Base.of(component, base, "trunk."));
    refused("missing head.bias");
    own = heads();
    own.put("tail.bias", trunk.bias());
    write(component, own, Base.of(component, base, "trunk."));
    refused("unexpected tail.bias");
    write(component, heads(), Base.of(component, base, "other."));
    refused("missing trunk.weight", "unexpected other.weight");
    write(component, heads(), Base.of(component, base, null));
    refused("missing trunk.weight", "unexpected weight");
  }

  @Test
  void a_missing_base_and_another_base_are_told_in_a_line() throws IOException {
    write(base, StateDict.of(new LinearImpl(2, 3)));
    refused("other weights", "expected is");
    Files.delete(base.resolve("model.safetensors"));
    Files.delete(base.resolve("config.json"));
    refused("not a model component");
    Files.delete(base);
    refused("builds on the component", base.toString(), "missing");
  }

  @Test
  void a_base_that_was_altered_is_refused() throws IOException {
    Path weights = base.resolve("model.safetensors");
    byte[] bytes = Files.readAllBytes(weights);
    bytes[bytes.length - 1] ^= 1;
    Files.write(weights, bytes);
    refused("altered or damaged", base.toString());
  }

  @Test
  void a_base_that_builds_on_another_is_refused() {
    assertThatThrownBy(() -> Base.of(folder.resolve("third"), component, null))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("cannot be a base");
    String sha256 = ComponentFolder.weightsSha256(component);
    Base self = new Base(component.toAbsolutePath().toString(), sha256, null);
    write(component, heads(), self);
    refused("cannot be a base");
  }

  @Test
  void a_base_is_bound_strictly() throws IOException {
    Path config = component.resolve("config.json");
    String text = Files.readString(config);
    for (Map.Entry<String, String> change :
        Map.of(
                "\"prefix\"", "\"prefxi\"",
                "\"trunk.\"", "\"\"",
                "\"folder\" : \"../../../bases/trunk\",", "")
            .entrySet()) {
      Files.writeString(config, text.replace(change.getKey(), change.getValue()));
      refused("config.json");
    }
  }

  @Test
  void a_copy_finds_the_base_where_it_was() {
    Path copy = folder.resolve("copy");
    ComponentFolder.copy(component, copy);
    assertThat(ComponentFolder.base(copy).orElseThrow().folder()).isEqualTo("../bases/trunk");
    loads(copy);
  }

  @Test
  void a_component_and_its_base_are_copied_and_moved_together() throws IOException {
    Path model = folder.resolve("model");
    ComponentFolder.copyWithBase(component, model.resolve("denoiser"), model.resolve("base"));
    // A second component of the model may share the base.
    ComponentFolder.copyWithBase(component, model.resolve("other"), model.resolve("base"));
    assertThat(ComponentFolder.base(model.resolve("denoiser")).orElseThrow().folder())
        .isEqualTo("../base");
    Files.delete(base.resolve("config.json"));
    Path moved = Files.move(model, folder.resolve("moved"));
    loads(moved.resolve("denoiser"));
    loads(moved.resolve("other"));
  }

  @Test
  void two_bases_do_not_fit_into_one_folder() {
    Path model = folder.resolve("model");
    write(model.resolve("base"), StateDict.of(new LinearImpl(2, 3)));
    assertThatThrownBy(
            () ->
                ComponentFolder.copyWithBase(
                    component, model.resolve("denoiser"), model.resolve("base")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("different bases");
  }

  @Test
  void a_whole_component_is_copied_byte_for_byte() throws IOException {
    Path copy = folder.resolve("whole");
    ComponentFolder.copyWithBase(base, copy, folder.resolve("none"));
    assertThat(folder.resolve("none")).doesNotExist();
    for (String file : new String[] {"config.json", "model.safetensors"}) {
      assertThat(Files.readAllBytes(copy.resolve(file)))
          .isEqualTo(Files.readAllBytes(base.resolve(file)));
    }
    assertThat(Files.readString(base.resolve("config.json"))).doesNotContain("base");
  }
}
