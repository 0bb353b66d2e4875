package kinetone.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Tensors larger than one buffer of 64 MiB, against bytes that are written and read without the
 * code under test. Each block of 64 KiB begins with its number in the file's data, counted from 1;
 * the rest is zero.
 */
class LargeTensorsTest {
  private static final int BLOCK = 1 << 16;
  private static final String[] PLACES = {"start", "middle", "end"};

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "63, Float",
    "64, Float",
    "65, Float",
    "200, Float",
    "63, Half",
    "64, Half",
    "65, Half",
    "200, Half"
  })
  void large_tensors_of_safetensors_are_read_where_they_stand(int mib, ScalarType type)
      throws IOException {
    Path file = folder.resolve("large.safetensors");
    long blocks = mib * 16L;
    writePlainly(file, blocks, type);
    try (TensorFile tensors = SafeTensors.open(file)) {
      for (int place = 0; place < PLACES.length; place++) {
        try (TensorScope scope = TensorScope.open()) {
          requireBlocks(
              tensors.read(TensorFile.ROOT, PLACES[place]).view(ScalarType.Int),
              place * blocks,
              blocks);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"65, Half", "130, Float"})
  void large_tensors_of_safetensors_are_written_where_their_header_says(int mib, ScalarType type)
      throws IOException {
    Path path = folder.resolve("written.safetensors");
    long blocks = mib * 16L;
    SafeTensors.writeDeferred(path, tensors(blocks, type), Map.of());
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long start = 8 + Long.reverseBytes(file.readLong());
      assertThat(file.length()).isEqualTo(start + PLACES.length * blocks * BLOCK);
      for (int block = 0; block < PLACES.length * blocks; block++) {
        file.seek(start + (long) block * BLOCK);
        assertThat(Integer.reverseBytes(file.readInt())).isEqualTo(block + 1);
        assertThat(file.readInt()).isZero();
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"64, Half", "130, Float"})
  void large_tensors_of_checkpoints_come_back(int mib, ScalarType type) {
    Path file = folder.resolve("large.pt");
    long blocks = mib * 16L;
    PickleWriter.write(file, List.of(), tensors(blocks, type));
    try (PickleFile read = new PickleFile(file)) {
      for (int place = 0; place < PLACES.length; place++) {
        try (TensorScope scope = TensorScope.open()) {
          requireBlocks(
              read.read(TensorFile.ROOT, PLACES[place]).view(ScalarType.Int),
              place * blocks,
              blocks);
        }
      }
    }
  }

  private static void requireBlocks(Tensor words, long before, long blocks) {
    Tensor numbers = words.view(blocks, BLOCK / 4).select(1, 0);
    assertThat(numbers.equal(numbers(before, blocks))).isTrue();
    assertThat(words.count_nonzero().item_long()).isEqualTo(blocks);
  }

  private static Tensor numbers(long before, long blocks) {
    return torch.arange(
        new Scalar(before + 1), new Scalar(before + blocks + 1), new TensorOptions(ScalarType.Int));
  }

  private static Map<String, TensorFile.Deferred> tensors(long blocks, ScalarType type) {
    Map<String, TensorFile.Deferred> tensors = new LinkedHashMap<>();
    for (int place = 0; place < PLACES.length; place++) {
      long before = place * blocks;
      tensors.put(
          PLACES[place],
          new TensorFile.Deferred(
              type,
              new long[] {blocks * BLOCK / torch.elementSize(type)},
              () -> {
                Tensor words =
                    torch.zeros(new long[] {blocks, BLOCK / 4}, new TensorOptions(ScalarType.Int));
                words.select(1, 0).copy_(numbers(before, blocks));
                return words.view(-1).view(type);
              }));
    }
    return tensors;
  }

  private static void writePlainly(Path path, long blocks, ScalarType type) throws IOException {
    List<String> entries = new ArrayList<>();
    long bytes = blocks * BLOCK;
    for (int place = 0; place < PLACES.length; place++) {
      entries.add(
          "\"%s\":{\"dtype\":\"%s\",\"shape\":[%d],\"data_offsets\":[%d,%d]}"
              .formatted(
                  PLACES[place],
                  type == ScalarType.Half ? "F16" : "F32",
                  bytes / torch.elementSize(type),
                  place * bytes,
                  (place + 1) * bytes));
    }
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.US_ASCII);
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.write(
          ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(header.length).array());
      file.write(header);
      long start = file.getFilePointer();
      file.setLength(start + PLACES.length * bytes);
      for (int block = 0; block < PLACES.length * blocks; block++) {
        file.seek(start + (long) block * BLOCK);
        file.writeInt(Integer.reverseBytes(block + 1));
      }
    }
  }
}
