package kinetone.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Files of named tensors: 8 bytes header length (little endian), a JSON header, raw little-endian
 * data (format of huggingface/safetensors). Reading checks the whole header before any data is
 * touched: names, dtypes, shapes, and that the tensors tile the data area without gap or overlap.
 */
public final class SafeTensors {
  private static final Map<String, ScalarType> TYPES =
      Map.of(
          "F64", ScalarType.Double,
          "F32", ScalarType.Float,
          "F16", ScalarType.Half,
          "BF16", ScalarType.BFloat16,
          "I64", ScalarType.Long,
          "I32", ScalarType.Int,
          "I16", ScalarType.Short,
          "I8", ScalarType.Char,
          "U8", ScalarType.Byte,
          "BOOL", ScalarType.Bool);
  private static final Map<ScalarType, String> NAMES = inverse();
  private static final long MAX_HEADER = 100_000_000L;
  private static final int CHUNK = 1 << 28;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private record Entry(String name, ScalarType type, long[] shape, long begin, long end) {}

  /** The content of a file: metadata and tensors in file order. */
  public record Content(Map<String, String> metadata, Map<String, Tensor> tensors) {}

  private SafeTensors() {}

  /**
   * Reads every tensor into memory owned by the innermost scope.
   *
   * @throws KinetoneException when the file is missing, truncated or not well-formed
   */
  public static Content read(Path file) {
    Engine.start();
    try (FileChannel channel = FileChannel.open(file)) {
      Map<String, String> metadata = new LinkedHashMap<>();
      long[] dataStart = new long[1];
      List<Entry> entries = header(file, channel, metadata, dataStart);
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      for (Entry entry : entries) {
        Tensor tensor = torch.zeros(entry.shape, new TensorOptions(entry.type));
        for (long at = entry.begin; at < entry.end; at += CHUNK) {
          long length = Math.min(CHUNK, entry.end - at);
          MappedByteBuffer map =
              channel.map(FileChannel.MapMode.READ_ONLY, dataStart[0] + at, length);
          try (PointerScope scope = new PointerScope()) {
            Pointer target = new BytePointer(tensor.data_ptr()).position(at - entry.begin);
            Pointer.memcpy(target, new BytePointer(map), length);
          }
        }
        tensors.put(entry.name, tensor);
      }
      return new Content(metadata, tensors);
    } catch (IOException e) {
      throw KinetoneException.user(
          e, "cannot read weights %s: %s", file, e.getClass().getSimpleName());
    }
  }

  /** Writes the tensors in the given order, atomically. Tensors may be on any device. */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    AtomicFile.write(file, temporary -> writeTo(temporary, tensors, metadata));
  }

  private static void writeTo(Path file, Map<String, Tensor> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode meta = header.putObject("__metadata__");
      metadata.forEach(meta::put);
    }
    long offset = 0;
    for (Map.Entry<String, Tensor> named : tensors.entrySet()) {
      Tensor tensor = named.getValue();
      long bytes = tensor.numel() * tensor.element_size();
      String type = NAMES.get(tensor.scalar_type().intern());
      if (type == null) {
        throw KinetoneException.user(
            "tensor '%s' has a dtype that safetensors files cannot hold: %s",
            named.getKey(), tensor.scalar_type().intern());
      }
      ObjectNode node = header.putObject(named.getKey());
      node.put("dtype", type);
      var shape = node.putArray("shape");
      for (long size : tensor.shape()) {
        shape.add(size);
      }
      node.putArray("data_offsets").add(offset).add(offset + bytes);
      offset += bytes;
    }
    StringBuilder text = new StringBuilder(JSON.writeValueAsString(header));
    while (text.toString().getBytes(StandardCharsets.UTF_8).length % 8 != 0) {
      text.append(' ');
    }
    byte[] json = text.toString().getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer start = ByteBuffer.allocate(8 + json.length).order(ByteOrder.LITTLE_ENDIAN);
      writeFully(channel, start.putLong(json.length).put(json).flip());
      for (Tensor tensor : tensors.values()) {
        try (PointerScope scope = new PointerScope()) {
          Tensor dense = tensor.detach().cpu().contiguous();
          long bytes = dense.numel() * dense.element_size();
          for (long at = 0; at < bytes; at += CHUNK) {
            BytePointer part = new BytePointer(dense.data_ptr());
            part.position(at).limit(Math.min(bytes, at + CHUNK));
            writeFully(channel, part.asByteBuffer());
          }
        }
      }
    }
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  private static List<Entry> header(
      Path file, FileChannel channel, Map<String, String> metadata, long[] dataStart)
      throws IOException {
    ByteBuffer lengthBytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    readFully(channel, lengthBytes, 0, file);
    long length = lengthBytes.getLong(0);
    if (length < 2 || length > MAX_HEADER || length > channel.size() - 8) {
      throw malformed(file, "header length " + length + " does not fit the file");
    }
    dataStart[0] = 8 + length;
    ByteBuffer text = ByteBuffer.allocate((int) length);
    readFully(channel, text, 8, file);
    JsonNode root;
    try {
      root = JSON.readTree(new String(text.array(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw malformed(file, "the header is not JSON");
    }
    if (root == null || !root.isObject()) {
      throw malformed(file, "the header is not a JSON object");
    }
    List<Entry> entries = new ArrayList<>();
    root.properties()
        .forEach(
            field -> {
              if (field.getKey().equals("__metadata__")) {
                field
                    .getValue()
                    .properties()
                    .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
              } else {
                entries.add(entry(file, field.getKey(), field.getValue()));
              }
            });
    entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long expected = 0;
    for (Entry entry : entries) {
      if (entry.begin != expected) {
        throw malformed(file, "tensor '" + entry.name + "' overlaps another or leaves a gap");
      }
      expected = entry.end;
    }
    if (dataStart[0] + expected != channel.size()) {
      throw malformed(
          file,
          "it has " + channel.size() + " bytes, its header promises " + (dataStart[0] + expected));
    }
    return entries;
  }

  private static Entry entry(Path file, String name, JsonNode node) {
    ScalarType type = TYPES.get(node.path("dtype").asText());
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    if (type == null || !shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw malformed(file, "the entry of tensor '" + name + "' is incomplete");
    }
    long[] shape = new long[shapeNode.size()];
    long elements = 1;
    try {
      for (int i = 0; i < shape.length; i++) {
        shape[i] = integer(shapeNode.get(i));
        if (shape[i] < 0) {
          throw malformed(file, "tensor '" + name + "' has a negative size");
        }
        elements = Math.multiplyExact(elements, shape[i]);
      }
      elements = Math.multiplyExact(elements, torch.elementSize(type));
    } catch (ArithmeticException e) {
      throw malformed(file, "tensor '" + name + "' is impossibly large");
    }
    long begin = integer(offsets.get(0));
    long end = integer(offsets.get(1));
    if (begin < 0 || end < begin || end - begin != elements) {
      throw malformed(file, "the offsets of tensor '" + name + "' do not fit its shape");
    }
    return new Entry(name, type, shape, begin, end);
  }

  /** The value, or −1 for whatever is not an integer of 64 bits. */
  private static long integer(JsonNode node) {
    return node.isIntegralNumber() && node.canConvertToLong() ? node.longValue() : -1;
  }

  private static void readFully(FileChannel channel, ByteBuffer buffer, long at, Path file)
      throws IOException {
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw malformed(file, "it is truncated");
      }
    }
  }

  private static KinetoneException malformed(Path file, String what) {
    return KinetoneException.user("%s is not a valid safetensors file: %s", file, what);
  }

  private static Map<ScalarType, String> inverse() {
    Map<ScalarType, String> names = new HashMap<>();
    TYPES.forEach((name, type) -> names.put(type, name));
    return names;
  }
}
