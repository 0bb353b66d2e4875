package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeTensorsTest {
  private static final String GOOD =
      "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
          + "\"b\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[8,12]}}";

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = ScalarType.class,
      names = {
        "Double",
        "Float",
        "Half",
        "BFloat16",
        "Long",
        "Int",
        "Short",
        "Char",
        "Byte",
        "Bool"
      })
  void every_dtype_comes_back_bit_for_bit(ScalarType type) {
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      Tensor original = rng.normal(2, 3, 4).mul(new Scalar(10f)).to(type);
      Path file = folder.resolve("all.safetensors");
      SafeTensors.write(file, Map.of("x", original), Map.of());
      Tensor read = SafeTensors.read(file).tensors().get("x");
      assertThat(read.scalar_type().intern()).isEqualTo(type);
      assertThat(read.shape()).isEqualTo(original.shape());
      assertThat(read.equal(original)).isTrue();
    }
  }

  @Test
  void random_sets_of_tensors_come_back_in_order() {
    SplittableRandom random = new SplittableRandom(5);
    ScalarType[] types = {ScalarType.Float, ScalarType.Half, ScalarType.Long, ScalarType.Bool};
    for (int round = 0; round < 20; round++) {
      try (TensorScope scope = TensorScope.open();
          Rng rng = new Rng(round)) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        for (int i = random.nextInt(6); i >= 0; i--) {
          long[] shape = new long[random.nextInt(4)];
          Arrays.setAll(shape, n -> random.nextInt(4));
          tensors.put(
              "tensor." + random.nextInt() + ".γ-重み \"\\\n",
              rng.normal(shape).to(types[random.nextInt(types.length)]));
        }
        Path file = folder.resolve("random.safetensors");
        SafeTensors.write(file, tensors, Map.of("ключ", "größe \"1\""));
        SafeTensors.Content content = SafeTensors.read(file);
        assertThat(content.metadata()).isEqualTo(Map.of("ключ", "größe \"1\""));
        assertThat(content.tensors().keySet()).isEqualTo(tensors.keySet());
        tensors.forEach(
            (name, tensor) -> {
              Tensor read = content.tensors().get(name);
              assertThat(read.shape()).isEqualTo(tensor.shape());
              assertThat(read.equal(tensor)).isTrue();
            });
      }
    }
  }

  @Test
  void empty_and_scalar_tensors_and_views_come_back() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor grid = Tensors.of(new float[] {1, 2, 3, 4, 5, 6}, 2, 3);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      tensors.put("none", torch.zeros(new long[] {0, 3}, new TensorOptions(ScalarType.Float)));
      tensors.put("scalar", torch.zeros(new long[] {}, new TensorOptions(ScalarType.Double)));
      tensors.put("transposed", grid.t());
      tensors.put("part", grid.narrow(1, 1, 2));
      Path file = folder.resolve("shapes.safetensors");
      SafeTensors.write(file, tensors, Map.of());
      Map<String, Tensor> read = SafeTensors.read(file).tensors();
      assertThat(read.get("none").shape()).containsExactly(0, 3);
      assertThat(read.get("scalar").shape()).isEmpty();
      assertThat(Tensors.toFloats(read.get("transposed"))).containsExactly(1, 4, 2, 5, 3, 6);
      assertThat(Tensors.toFloats(read.get("part"))).containsExactly(2, 3, 5, 6);
    }
  }

  @Test
  void a_file_without_tensors_is_valid() {
    Path file = folder.resolve("empty.safetensors");
    SafeTensors.write(file, Map.of(), Map.of());
    assertThat(SafeTensors.read(file).tensors()).isEmpty();
  }

  @Test
  void a_dtype_that_the_format_does_not_have_is_refused_and_nothing_is_written() {
    try (TensorScope scope = TensorScope.open()) {
      Tensor complex = torch.zeros(new long[] {2}, new TensorOptions(ScalarType.ComplexFloat));
      Path file = folder.resolve("complex.safetensors");
      KinetoneException e =
          catchThrowableOfType(
              KinetoneException.class,
              () -> SafeTensors.write(file, Map.of("z", complex), Map.of()));
      assertThat(e).hasMessageContaining("'z'");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void a_well_formed_header_is_read() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      assertThat(SafeTensors.read(file(GOOD, 12)).tensors()).containsOnlyKeys("a", "b");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "[8,12]; [4,8]; overlaps",
        "[8,12]; [0,4]; overlaps",
        "[8,12]; [9,13]; gap",
        "[8,12]; [8,16]; do not fit its shape",
        "[8,12]; [12,8]; do not fit its shape",
        "[8,12]; [-4,0]; do not fit its shape",
        "[8,12]; [9223372036854775804,-9223372036854775808]; do not fit its shape",
        "[8,12]; [\"x\",12]; do not fit its shape",
        "[8,12]; [8.5,12.5]; do not fit its shape",
        "[8,12]; [8]; is incomplete",
        "[8,12]; 8; is incomplete",
        "[1]; [-1]; negative size",
        "[1]; [1.5]; negative size",
        "[1]; [null]; negative size",
        "[1]; [4611686018427387904,4]; impossibly large",
        "[1]; [9223372036854775807]; impossibly large",
        "[1]; [4611686018427387904]; impossibly large",
        "[1]; [2]; do not fit its shape",
        "F32\",\"shape\":[1]; F99\",\"shape\":[1]; is incomplete",
        "F32\",\"shape\":[1]; F32\"; is incomplete",
        "\"b\"; \"a\"; not JSON",
        "}}; }; not JSON",
        "}}; }]; not JSON",
      })
  void hostile_headers_are_refused(String good, String bad, String message) throws IOException {
    assertThat(GOOD).contains(good);
    refused(file(GOOD.replace(good, bad), 12), message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "3", "null", "\"text\"", "  ", "{\"a\":3}", "{\"a\":[]}"})
  void a_header_of_another_form_is_refused(String header) throws IOException {
    refused(file(header, 0), "header", "incomplete");
  }

  @ParameterizedTest
  @ValueSource(
      longs = {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE, 100_000_001, 1L << 31, 1L << 32, 4000})
  void a_header_length_beyond_the_file_is_refused(long length) throws IOException {
    Path file = file(GOOD, 12);
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putLong(0, length);
    Files.write(file, bytes);
    refused(file, "header length " + length);
  }

  @Test
  void a_file_cut_off_anywhere_or_too_long_is_refused() throws IOException {
    byte[] bytes = Files.readAllBytes(file(GOOD, 12));
    Path file = folder.resolve("cut.safetensors");
    for (int length = 0; length < bytes.length; length++) {
      Files.write(file, Arrays.copyOf(bytes, length));
      refused(file, "truncated", "header length", "its header promises");
    }
    Files.write(file, Arrays.copyOf(bytes, bytes.length + 1));
    refused(file, "its header promises");
  }

  @Test
  void random_damage_of_the_header_never_crashes() throws IOException {
    byte[] bytes = Files.readAllBytes(file(GOOD, 12));
    SplittableRandom random = new SplittableRandom(9);
    Path file = folder.resolve("damaged.safetensors");
    for (int round = 0; round < 300; round++) {
      byte[] damaged = bytes.clone();
      for (int i = round % 4; i >= 0; i--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
      }
      Files.write(file, damaged);
      try (TensorScope scope = TensorScope.open()) {
        SafeTensors.read(file);
      } catch (KinetoneException e) {
        assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
      }
    }
  }

  @Test
  void missing_files_and_folders_are_named() {
    refused(folder.resolve("missing.safetensors"), "missing.safetensors");
    refused(folder, folder.toString());
  }

  private Path file(String header, int data) throws IOException {
    byte[] json = header.getBytes(StandardCharsets.UTF_8);
    ByteBuffer bytes =
        ByteBuffer.allocate(8 + json.length + data)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putLong(json.length)
            .put(json);
    return Files.write(folder.resolve("hostile.safetensors"), bytes.array());
  }

  private static void refused(Path file, String... anyOf) {
    KinetoneException e =
        catchThrowableOfType(
            KinetoneException.class,
            () -> {
              try (TensorScope scope = TensorScope.open()) {
                SafeTensors.read(file);
              }
            });
    assertThat(e).as("reading %s", file).isNotNull();
    assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
    assertThat(e.getMessage()).containsAnyOf(anyOf).contains(file.getFileName().toString());
  }
}
