package kinetone.train;

import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import kinetone.common.KinetoneException;

/**
 * An event file as TensorBoard reads it: TFRecords of {@code tensorflow.Event} messages, encoded by
 * hand since only eight fields of three messages are needed.
 *
 * <pre>
 *   record  = length (uint64 LE), masked CRC-32C of it, data, masked CRC-32C of data
 *   masked  = rotate right by 15 bits, plus 0xa282ead8
 *   Event   = 1 wall_time double, 2 step int64, 3 file_version string, 5 summary
 *   Summary = 1 repeated value;  Value = 1 tag, 2 simple_value float, 4 image
 *   Image   = 1 height, 2 width, 3 colorspace, 4 encoded_image_string
 * </pre>
 *
 * Source: tensorflow/core/lib/io/record_writer.cc, tensorflow/core/util/event.proto and
 * framework/summary.proto.
 */
public final class EventFile implements AutoCloseable {
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int BYTES = 2;
  private static final int FIXED32 = 5;
  private static final int RGB = 3;

  private final Path file;
  private final OutputStream out;

  /**
   * Starts a new file in {@code folder}.
   *
   * @param seconds Unix time, which makes the name and orders files in TensorBoard
   */
  public EventFile(Path folder, double seconds) {
    long process = ProcessHandle.current().pid();
    String name = String.format("events.out.tfevents.%010d.%d.kinetone", (long) seconds, process);
    Path candidate = folder.resolve(name);
    try {
      Files.createDirectories(folder);
      // Two runs of one process may start within a second.
      for (int i = 1; Files.exists(candidate); i++) {
        candidate = folder.resolve(name + "." + i);
      }
      file = candidate;
      out = new BufferedOutputStream(Files.newOutputStream(file));
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s", candidate);
    }
    event(seconds, 0, 3, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
  }

  /** The file being written. */
  public Path file() {
    return file;
  }

  /** A point of the curve {@code tag}. */
  public void scalar(String tag, long step, double seconds, double value) {
    Message entry = new Message().text(1, tag).float32(2, (float) value);
    event(seconds, step, 5, new Message().bytes(1, entry.toByteArray()).toByteArray());
  }

  /**
   * A picture.
   *
   * @param png the encoded file, RGB
   */
  public void image(String tag, long step, double seconds, int width, int height, byte[] png) {
    Message image = new Message().varint(1, height).varint(2, width).varint(3, RGB).bytes(4, png);
    Message entry = new Message().text(1, tag).bytes(4, image.toByteArray());
    event(seconds, step, 5, new Message().bytes(1, entry.toByteArray()).toByteArray());
  }

  private void event(double seconds, long step, int field, byte[] content) {
    byte[] data =
        new Message().float64(1, seconds).varint(2, step).bytes(field, content).toByteArray();
    byte[] length = little(Long.BYTES).putLong(data.length).array();
    try {
      out.write(length);
      out.write(little(Integer.BYTES).putInt(maskedCrc(length)).array());
      out.write(data);
      out.write(little(Integer.BYTES).putInt(maskedCrc(data)).array());
      out.flush();
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", file, e.getMessage());
    }
  }

  static int maskedCrc(byte[] data) {
    CRC32C crc = new CRC32C();
    crc.update(data);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  private static ByteBuffer little(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", file, e.getMessage());
    }
  }

  /** A protocol-buffer message in the making. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message varint(int field, long value) {
      raw(((long) field << 3) | VARINT);
      raw(value);
      return this;
    }

    Message float64(int field, double value) {
      raw(((long) field << 3) | FIXED64);
      out.writeBytes(little(Double.BYTES).putDouble(value).array());
      return this;
    }

    Message float32(int field, float value) {
      raw(((long) field << 3) | FIXED32);
      out.writeBytes(little(Float.BYTES).putFloat(value).array());
      return this;
    }

    Message text(int field, String value) {
      return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Message bytes(int field, byte[] value) {
      raw(((long) field << 3) | BYTES);
      raw(value.length);
      out.writeBytes(value);
      return this;
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    /** Seven bits at a time, lowest first. */
    private void raw(long value) {
      long rest = value;
      while ((rest & ~0x7FL) != 0) {
        out.write((int) ((rest & 0x7F) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }
  }
}
