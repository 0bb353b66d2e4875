package kinetone.checkpoint.pickle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** Bytes of one or more pickles; nothing is allocated for lengths that the file cannot hold. */
final class PickleInput {
  private static final int LONGEST_LINE = 1000;

  private final InputStream in;
  private final long end;
  private long position;

  /** Reads {@code in} up to {@code length} bytes. */
  PickleInput(InputStream in, long length) {
    this.in = in;
    this.end = length;
  }

  long position() {
    return position;
  }

  int unsignedByte() throws IOException {
    int value = position < end ? in.read() : -1;
    if (value < 0) {
      throw new Fault("it is truncated");
    }
    position++;
    return value;
  }

  byte[] bytes(long length) throws IOException {
    if (length < 0 || length > end - position) {
      throw new Fault("it is truncated, or says that " + length + " bytes follow");
    }
    byte[] bytes = in.readNBytes((int) length);
    if (bytes.length < length) {
      throw new Fault("it is truncated");
    }
    position += length;
    return bytes;
  }

  /** An unsigned little-endian number of {@code size} bytes; of 8 bytes a signed one. */
  long number(int size) throws IOException {
    long value = 0;
    for (int i = 0; i < size; i++) {
      value |= (long) unsignedByte() << (8 * i);
    }
    return value;
  }

  String text(long length) throws IOException {
    return new String(bytes(length), StandardCharsets.UTF_8);
  }

  /** Up to a line feed, which is dropped. */
  String line() throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = unsignedByte(); c != '\n'; c = unsignedByte()) {
      line.append((char) c);
      if (line.length() > LONGEST_LINE) {
        throw new Fault("it holds an endless line");
      }
    }
    return line.toString();
  }
}
