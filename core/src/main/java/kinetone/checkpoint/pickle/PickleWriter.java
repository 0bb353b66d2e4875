package kinetone.checkpoint.pickle;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.tensor.RawBytes;
import kinetone.tensor.TensorFile;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes tensors as {@code torch.save} does (zip form, protocol 2), a storage each, so that {@code
 * torch.load} and even {@code torch.load(weights_only=True)} read them.
 */
public final class PickleWriter {
  private static final String ROOT = "archive/";

  private PickleWriter() {}

  /**
   * Writes a checkpoint, atomically.
   *
   * @param group keys of the dictionaries around the tensors, outermost first; empty for a plain
   *     state dict
   */
  public static void write(
      Path file, List<String> group, Map<String, TensorFile.Deferred> tensors) {
    AtomicFile.write(
        file,
        temporary -> {
          try (ZipOutputStream zip =
              new ZipOutputStream(
                  new BufferedOutputStream(Files.newOutputStream(temporary), 1 << 20))) {
            zip.setMethod(ZipOutputStream.STORED);
            put(zip, "data.pkl", List.of(ByteBuffer.wrap(pickle(group, tensors))));
            put(zip, "byteorder", List.of(ascii("little")));
            int key = 0;
            for (TensorFile.Deferred tensor : tensors.values()) {
              try (PointerScope scope = new PointerScope()) {
                Tensor dense = tensor.values().get().detach().cpu().contiguous();
                put(zip, "data/" + key++, RawBytes.of(dense));
              }
            }
            put(zip, "version", List.of(ascii("3\n")));
          }
        });
  }

  private static void put(ZipOutputStream zip, String name, List<ByteBuffer> parts)
      throws IOException {
    CRC32 crc = new CRC32();
    long size = 0;
    for (ByteBuffer part : parts) {
      size += part.remaining();
      crc.update(part.duplicate());
    }
    ZipEntry entry = new ZipEntry(ROOT + name);
    // The same weights give the same file.
    entry.setTimeLocal(java.time.LocalDateTime.of(1980, 1, 1, 0, 0));
    entry.setSize(size);
    entry.setCompressedSize(size);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    byte[] chunk = new byte[1 << 16];
    for (ByteBuffer part : parts) {
      while (part.hasRemaining()) {
        int length = Math.min(chunk.length, part.remaining());
        part.get(chunk, 0, length);
        zip.write(chunk, 0, length);
      }
    }
    zip.closeEntry();
  }

  private static byte[] pickle(List<String> group, Map<String, TensorFile.Deferred> tensors)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.write(Op.PROTO);
    out.write(2);
    for (String key : group) {
      out.write(Op.EMPTY_DICT);
      text(out, key);
    }
    out.write(Op.EMPTY_DICT);
    int key = 0;
    for (Map.Entry<String, TensorFile.Deferred> named : tensors.entrySet()) {
      text(out, named.getKey());
      tensor(out, key++, named.getKey(), named.getValue());
      out.write(Op.SETITEM);
    }
    for (String unused : group) {
      out.write(Op.SETITEM);
    }
    out.write(Op.STOP);
    return bytes.toByteArray();
  }

  private static void tensor(DataOutputStream out, int key, String name, TensorFile.Deferred tensor)
      throws IOException {
    Global storage =
        Global.storageOf(tensor.type())
            .orElseThrow(
                () ->
                    KinetoneException.user(
                        "tensor '%s' has a dtype that checkpoints cannot hold: %s",
                        name, tensor.type()));
    long elements = TensorFile.elements(tensor.shape());
    global(out, Global.TENSOR_V2);
    out.write(Op.MARK);
    out.write(Op.MARK);
    text(out, "storage");
    global(out, storage);
    text(out, Integer.toString(key));
    text(out, "cpu");
    integer(out, elements);
    out.write(Op.TUPLE);
    out.write(Op.BINPERSID);
    integer(out, 0);
    long[] strides = new long[tensor.shape().length];
    long stride = 1;
    for (int i = strides.length - 1; i >= 0; i--) {
      strides[i] = stride;
      stride *= Math.max(1, tensor.shape()[i]);
    }
    tuple(out, tensor.shape());
    tuple(out, strides);
    out.write(Op.NEWFALSE);
    global(out, Global.ORDERED_DICT);
    out.write(Op.EMPTY_TUPLE);
    out.write(Op.REDUCE);
    out.write(Op.TUPLE);
    out.write(Op.REDUCE);
  }

  private static void tuple(DataOutputStream out, long[] values) throws IOException {
    out.write(Op.MARK);
    for (long value : values) {
      integer(out, value);
    }
    out.write(Op.TUPLE);
  }

  /** As eight bytes: fewer would do for most, but there are few numbers. */
  private static void integer(DataOutputStream out, long value) throws IOException {
    out.write(Op.LONG1);
    out.write(Long.BYTES);
    out.writeLong(Long.reverseBytes(value));
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    out.write(Op.BINUNICODE);
    out.writeInt(Integer.reverseBytes(bytes.length));
    out.write(bytes);
  }

  private static void global(DataOutputStream out, Global global) throws IOException {
    out.write(Op.GLOBAL);
    out.writeBytes(global.module() + "\n" + global.member() + "\n");
  }

  private static ByteBuffer ascii(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
  }
}
