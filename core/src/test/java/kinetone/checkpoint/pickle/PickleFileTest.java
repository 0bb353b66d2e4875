package kinetone.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files written by PyTorch ({@code goldens/checkpoints.py}) come back bit for bit. */
class PickleFileTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "protocol5, plain",
    "deflated, plain",
    "legacy, plain",
    "types, types",
    "views, views",
    "views-legacy, views",
    "script, script",
  })
  void tensors_are_those_that_pytorch_saved(String checkpoint, String expected) {
    try (TensorScope scope = TensorScope.open();
        TensorFile file = new PickleFile(golden(checkpoint + ".pt"))) {
      assertThat(file.groups()).containsOnlyKeys(TensorFile.ROOT);
      assertSame(file, TensorFile.ROOT, expected);
    }
  }

  @Test
  void a_trainers_checkpoint_has_groups() {
    try (TensorScope scope = TensorScope.open();
        TensorFile file = new PickleFile(golden("nested.pt"))) {
      assertThat(file.groups().keySet()).contains("ema", "model", "opt/state/0");
      assertThat(file.groups().keySet()).noneMatch(g -> g.contains("_metadata"));
      assertSame(file, "ema", "nested-ema");
      Tensor averaged = file.read("ema", "0.weight");
      assertThat(averaged.equal(file.read("model", "0.weight"))).as("the other group").isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {"Double", "Float", "Half", "BFloat16", "Long", "Int", "Byte", "Bool"})
  void what_is_written_is_read(ScalarType type) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("grid", rng.normal(3, 4).to(type).t());
      tensors.put("scalar", rng.normal().to(type));
      tensors.put("none \"größe\"", rng.normal(0, 2).to(type));
      Map<String, TensorFile.Deferred> deferred = new LinkedHashMap<>();
      tensors.forEach((name, t) -> deferred.put(name, TensorFile.Deferred.of(t)));
      Path path = folder.resolve("written.pt");
      PickleWriter.write(path, List.of("outer", "state_dict"), deferred);
      try (TensorFile file = new PickleFile(path)) {
        assertThat(file.groups()).containsOnlyKeys("outer/state_dict");
        assertThat(file.groups().get("outer/state_dict").keySet())
            .containsExactlyElementsOf(tensors.keySet());
        tensors.forEach(
            (name, t) -> {
              Tensor read = file.read("outer/state_dict", name);
              assertThat(read.scalar_type().intern()).isEqualTo(type);
              assertThat(read.shape()).isEqualTo(t.shape());
              assertThat(read.equal(t)).isTrue();
            });
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"numpy.pt", "numpy5.pt"})
  void numbers_of_numpy_beside_the_tensors_are_passed_over(String name) {
    try (TensorScope scope = TensorScope.open();
        TensorFile file = new PickleFile(golden(name))) {
      assertThat(file.groups()).containsOnlyKeys("state_dict");
      assertSame(file, "state_dict", "plain");
    }
  }

  private static void assertSame(TensorFile file, String group, String expected) {
    Map<String, Tensor> reference = SafeTensors.read(golden(expected + ".safetensors")).tensors();
    Map<String, TensorFile.Entry> entries = file.groups().get(group);
    assertThat(entries).containsOnlyKeys(reference.keySet());
    reference.forEach(
        (name, tensor) -> {
          Tensor read = file.read(group, name);
          assertThat(entries.get(name).shape()).as(name).isEqualTo(tensor.shape());
          assertThat(entries.get(name).type()).as(name).isEqualTo(tensor.scalar_type().intern());
          assertThat(read.scalar_type().intern()).as(name).isEqualTo(entries.get(name).type());
          assertThat(read.is_contiguous()).as(name).isTrue();
          assertThat(read.equal(tensor)).as(name).isTrue();
        });
  }

  private static Path golden(String name) {
    try {
      return Path.of(PickleFileTest.class.getResource("/goldens/checkpoints/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
