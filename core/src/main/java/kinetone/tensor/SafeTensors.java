package kinetone.tensor;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
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
  private static final long MAX_HEADER = 16L << 20;
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION);

  private record Placed(String name, ScalarType type, long[] shape, long begin, long end) {}

  /** The content of a file: metadata and tensors in file order. */
  public record Content(Map<String, String> metadata, Map<String, Tensor> tensors) {}

  /**
   * Where the numbers of a tensor stand in a file.
   *
   * @param type of the numbers
   * @param shape of the tensor
   * @param start first byte, counted from the start of the file; the numbers are row-major
   */
  public record Place(ScalarType type, long[] shape, long start) {}

  private SafeTensors() {}

  /**
   * Reads every tensor into memory owned by the innermost scope.
   *
   * @throws KinetoneException when the file is missing, truncated or not well-formed
   */
  public static Content read(Path file) {
    try (Reader reader = new Reader(file)) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      reader.entries.forEach((name, entry) -> tensors.put(name, reader.read(entry)));
      return new Content(reader.metadata, tensors);
    }
  }

  /**
   * Opens a file whose tensors are read one at a time.
   *
   * @throws KinetoneException as {@link #read}
   */
  public static TensorFile open(Path file) {
    return new Reader(file);
  }

  /**
   * Where each tensor stands, for those who read parts of one; only the header is read.
   *
   * @throws KinetoneException as {@link #read}
   */
  public static Map<String, Place> places(Path file) {
    try (Reader reader = new Reader(file)) {
      Map<String, Place> places = new LinkedHashMap<>();
      reader.entries.forEach(
          (name, e) -> places.put(name, new Place(e.type, e.shape, reader.dataStart + e.begin)));
      return places;
    }
  }

  /**
   * The metadata of a file; only its header is read.
   *
   * @throws KinetoneException as {@link #read}
   */
  public static Map<String, String> metadata(Path file) {
    try (Reader reader = new Reader(file)) {
      return reader.metadata;
    }
  }

  /** Writes the tensors in the given order, atomically. Tensors may be on any device. */
  public static void write(Path file, Map<String, Tensor> tensors, Map<String, String> metadata) {
    Map<String, TensorFile.Deferred> deferred = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> deferred.put(name, TensorFile.Deferred.of(tensor)));
    writeDeferred(file, deferred, metadata);
  }

  /** Writes tensors that are made one at a time, in the given order, atomically. */
  public static void writeDeferred(
      Path file, Map<String, TensorFile.Deferred> tensors, Map<String, String> metadata) {
    AtomicFile.write(file, temporary -> writeTo(temporary, tensors, metadata));
  }

  private static void writeTo(
      Path file, Map<String, TensorFile.Deferred> tensors, Map<String, String> metadata)
      throws IOException {
    ObjectNode header = JSON.createObjectNode();
    if (!metadata.isEmpty()) {
      ObjectNode meta = header.putObject("__metadata__");
      // The same content gives the same bytes, whatever the kind of map.
      new TreeMap<>(metadata).forEach(meta::put);
    }
    long offset = 0;
    for (Map.Entry<String, TensorFile.Deferred> named : tensors.entrySet()) {
      TensorFile.Deferred tensor = named.getValue();
      long bytes = new TensorFile.Entry(tensor.type(), tensor.shape()).bytes();
      String type = NAMES.get(tensor.type());
      if (type == null) {
        throw KinetoneException.user(
            "tensor '%s' has a dtype that safetensors files cannot hold: %s",
            named.getKey(), tensor.type());
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
      for (Map.Entry<String, TensorFile.Deferred> named : tensors.entrySet()) {
        try (PointerScope scope = new PointerScope()) {
          Tensor dense = dense(named.getKey(), named.getValue());
          for (ByteBuffer part : RawBytes.of(dense)) {
            writeFully(channel, part);
          }
        }
      }
    }
  }

  private static Tensor dense(String name, TensorFile.Deferred deferred) {
    Tensor tensor = deferred.values().get();
    if (tensor.scalar_type().intern() != deferred.type()
        || !Arrays.equals(tensor.shape(), deferred.shape())) {
      throw KinetoneException.internal("tensor '%s' is not what was announced", name);
    }
    return tensor.detach().cpu().contiguous();
  }

  private static void writeFully(FileChannel channel, ByteBuffer buffer) throws IOException {
    while (buffer.hasRemaining()) {
      channel.write(buffer);
    }
  }

  /** The checked header of an open file. */
  private static final class Reader implements TensorFile {
    private final Path file;
    private final FileChannel channel;
    private final Map<String, String> metadata = new LinkedHashMap<>();
    private final Map<String, Placed> entries = new LinkedHashMap<>();
    private long dataStart;

    Reader(Path file) {
      Engine.start();
      this.file = file;
      try {
        channel = FileChannel.open(file);
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      try {
        header();
      } catch (IOException e) {
        close();
        throw unreadable(file, e);
      } catch (RuntimeException | Error e) {
        close();
        throw e;
      }
    }

    @Override
    public Map<String, Map<String, TensorFile.Entry>> groups() {
      Map<String, TensorFile.Entry> tensors = new LinkedHashMap<>();
      entries.forEach((name, e) -> tensors.put(name, new TensorFile.Entry(e.type, e.shape)));
      return Map.of(ROOT, tensors);
    }

    @Override
    public Tensor read(String group, String name) {
      return read(entries.get(name));
    }

    private Tensor read(Placed entry) {
      Tensor tensor = torch.zeros(entry.shape, new TensorOptions(entry.type));
      try (PointerScope scope = new PointerScope()) {
        long at = dataStart + entry.begin;
        for (ByteBuffer part : RawBytes.of(tensor)) {
          int length = part.remaining();
          readFully(channel, part, at, file);
          at += length;
        }
      } catch (IOException e) {
        throw unreadable(file, e);
      }
      return tensor;
    }

    private void header() throws IOException {
      ByteBuffer lengthBytes = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      readFully(channel, lengthBytes, 0, file);
      long length = lengthBytes.getLong(0);
      if (length < 2 || length > MAX_HEADER || length > channel.size() - 8) {
        throw malformed(file, "header length " + length + " does not fit the file");
      }
      dataStart = 8 + length;
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
      List<Placed> sorted = new ArrayList<>();
      root.properties()
          .forEach(
              field -> {
                if (field.getKey().equals("__metadata__")) {
                  field
                      .getValue()
                      .properties()
                      .forEach(e -> metadata.put(e.getKey(), e.getValue().asText()));
                } else {
                  sorted.add(entry(file, field.getKey(), field.getValue()));
                }
              });
      sorted.sort(Comparator.comparingLong(Placed::begin).thenComparingLong(Placed::end));
      long expected = 0;
      for (Placed entry : sorted) {
        if (entry.begin != expected) {
          throw malformed(
              file,
              "tensor '" + TensorFile.printable(entry.name) + "' overlaps another or leaves a gap");
        }
        expected = entry.end;
        entries.put(entry.name, entry);
      }
      if (dataStart + expected != channel.size()) {
        throw malformed(
            file,
            "it has " + channel.size() + " bytes, its header promises " + (dataStart + expected));
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // It was only read.
      }
    }
  }

  private static Placed entry(Path file, String name, JsonNode node) {
    ScalarType type = TYPES.get(node.path("dtype").asText());
    JsonNode shapeNode = node.path("shape");
    JsonNode offsets = node.path("data_offsets");
    String shown = "tensor '" + TensorFile.printable(name) + "'";
    if (type == null || !shapeNode.isArray() || !offsets.isArray() || offsets.size() != 2) {
      throw malformed(file, "the entry of " + shown + " is incomplete");
    }
    if (shapeNode.size() > TensorFile.MAX_AXES) {
      throw malformed(file, shown + " has " + shapeNode.size() + " axes");
    }
    long[] shape = new long[shapeNode.size()];
    for (int i = 0; i < shape.length; i++) {
      shape[i] = integer(shapeNode.get(i));
      if (shape[i] < 0) {
        throw malformed(file, shown + " has a negative size");
      }
    }
    long bytes;
    try {
      bytes = Math.multiplyExact(TensorFile.elements(shape), torch.elementSize(type));
    } catch (ArithmeticException e) {
      throw malformed(file, shown + " is impossibly large");
    }
    long begin = integer(offsets.get(0));
    long end = integer(offsets.get(1));
    if (begin < 0 || end < begin || end - begin != bytes) {
      throw malformed(file, "the offsets of " + shown + " do not fit its shape");
    }
    return new Placed(name, type, shape, begin, end);
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

  private static KinetoneException unreadable(Path file, IOException e) {
    return KinetoneException.user(
        e, "cannot read weights %s: %s", file, e.getClass().getSimpleName());
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
