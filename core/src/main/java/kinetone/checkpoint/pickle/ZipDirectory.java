package kinetone.checkpoint.pickle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.tensor.TensorFile;

/**
 * The entries of a zip file (APPNOTE.TXT 6.3.10) and where their data lie. {@code java.util.zip}
 * neither tells the latter nor notices entries that overlap.
 */
final class ZipDirectory {
  private static final int LOCAL = 0x04034b50;
  private static final int CENTRAL = 0x02014b50;
  private static final int END = 0x06054b50;
  private static final int END_64 = 0x06064b50;
  private static final int LOCATOR_64 = 0x07064b50;
  private static final int LOCAL_SIZE = 30;
  private static final int CENTRAL_SIZE = 46;
  private static final int END_SIZE = 22;
  private static final int END_64_SIZE = 56;
  private static final int LOCATOR_64_SIZE = 20;
  private static final int LONGEST_COMMENT = 0xffff;
  private static final int EXTRA_64 = 1;
  private static final int STORED = 0;
  private static final int DEFLATED = 8;
  private static final int ENCRYPTED = 1;
  private static final long BELOW_32 = 0xffffffffL;
  private static final long MAX_ENTRIES = 100_000;
  private static final long MAX_DIRECTORY = 32L << 20;

  /** Weights hardly shrink; whoever promises more of a file is up to something. */
  private static final long MAX_RATIO = 16;

  private static final long ALWAYS_ALLOWED = 16L << 20;

  /**
   * One file within the archive.
   *
   * @param header where its local header begins
   * @param at where its bytes begin
   * @param packed its bytes in the archive
   * @param size its bytes when unpacked
   */
  record Entry(String name, boolean deflated, long header, long at, long packed, long size) {}

  private ZipDirectory() {}

  /**
   * Entries by name.
   *
   * @throws Fault when the archive is damaged or would unpack to far more than it is
   */
  static Map<String, Entry> read(FileChannel channel) throws IOException {
    long length = channel.size();
    long tail = Math.min(length, END_SIZE + LONGEST_COMMENT);
    ByteBuffer last = part(channel, length - tail, tail);
    int end = last.limit() - END_SIZE;
    while (end >= 0
        && (last.getInt(end) != END
            || end + END_SIZE + (last.getShort(end + 20) & 0xffff) != last.limit())) {
      end--;
    }
    if (end < 0) {
      throw new Fault("it is truncated: the directory at its end is missing");
    }
    long entries = last.getShort(end + 10) & 0xffff;
    long size = last.getInt(end + 12) & BELOW_32;
    long at = last.getInt(end + 16) & BELOW_32;
    long before = length - tail + end;
    if (entries == 0xffff || size == BELOW_32 || at == BELOW_32) {
      ByteBuffer end64 = end64(channel, before);
      entries = end64.getLong(32);
      size = end64.getLong(40);
      at = end64.getLong(48);
    }
    if (entries < 0 || entries > MAX_ENTRIES || size < 0 || size > MAX_DIRECTORY) {
      throw new Fault("its directory is impossibly large");
    }
    if (at < 0 || at > before - size) {
      throw new Fault("its directory lies outside of the file");
    }
    return checked(channel, central(part(channel, at, size), entries), at);
  }

  private static ByteBuffer end64(FileChannel channel, long end) throws IOException {
    if (end >= LOCATOR_64_SIZE) {
      ByteBuffer locator = part(channel, end - LOCATOR_64_SIZE, LOCATOR_64_SIZE);
      long at = locator.getLong(8);
      if (locator.getInt(0) == LOCATOR_64 && at >= 0 && at <= end - END_64_SIZE) {
        ByteBuffer found = part(channel, at, END_64_SIZE);
        if (found.getInt(0) == END_64) {
          return found;
        }
      }
    }
    throw new Fault("its directory is damaged");
  }

  /** The entries as the directory describes them; where their bytes begin is not yet known. */
  private static List<Entry> central(ByteBuffer directory, long count) {
    List<Entry> entries = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      int start = directory.position();
      if (directory.remaining() < CENTRAL_SIZE || directory.getInt(start) != CENTRAL) {
        throw new Fault("its directory is damaged");
      }
      int flags = directory.getShort(start + 8);
      int method = directory.getShort(start + 10) & 0xffff;
      int nameLength = directory.getShort(start + 28) & 0xffff;
      int extraLength = directory.getShort(start + 30) & 0xffff;
      int commentLength = directory.getShort(start + 32) & 0xffff;
      int total = CENTRAL_SIZE + nameLength + extraLength + commentLength;
      if (directory.remaining() < total) {
        throw new Fault("its directory is damaged");
      }
      byte[] name = new byte[nameLength];
      directory.get(start + CENTRAL_SIZE, name);
      ByteBuffer extra =
          directory
              .slice(start + CENTRAL_SIZE + nameLength, extraLength)
              .order(ByteOrder.LITTLE_ENDIAN);
      String text = new String(name, StandardCharsets.UTF_8);
      if ((flags & ENCRYPTED) != 0 || (method != STORED && method != DEFLATED)) {
        throw new Fault(
            "its entry " + TensorFile.printable(text) + " is encrypted or packed oddly");
      }
      long[] sizes = {
        directory.getInt(start + 24) & BELOW_32,
        directory.getInt(start + 20) & BELOW_32,
        directory.getInt(start + 42) & BELOW_32
      };
      widen(sizes, extra);
      entries.add(new Entry(text, method == DEFLATED, sizes[2], 0, sizes[1], sizes[0]));
      directory.position(start + total);
    }
    return entries;
  }

  /** Replaces those of unpacked size, packed size and offset that do not fit into 32 bits. */
  private static void widen(long[] sizes, ByteBuffer extra) {
    ByteBuffer wide = null;
    while (wide == null && extra.remaining() >= 4) {
      int id = extra.getShort() & 0xffff;
      int length = Math.min(extra.getShort() & 0xffff, extra.remaining());
      if (id == EXTRA_64) {
        wide = extra.slice(extra.position(), length).order(ByteOrder.LITTLE_ENDIAN);
      }
      extra.position(extra.position() + length);
    }
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] == BELOW_32) {
        if (wide == null || wide.remaining() < Long.BYTES) {
          throw new Fault("its directory is damaged");
        }
        sizes[i] = wide.getLong();
      }
      if (sizes[i] < 0) {
        throw new Fault("its directory is damaged");
      }
    }
  }

  private static Map<String, Entry> checked(FileChannel channel, List<Entry> entries, long end)
      throws IOException {
    List<Entry> sorted = new ArrayList<>(entries);
    sorted.sort(Comparator.comparingLong(Entry::header));
    Map<String, Entry> result = new LinkedHashMap<>();
    long free = 0;
    long promised = 0;
    for (Entry entry : sorted) {
      String shown = TensorFile.printable(entry.name);
      if (entry.header < free || entry.header > end - LOCAL_SIZE) {
        throw new Fault("its entry " + shown + " overlaps another");
      }
      ByteBuffer local = part(channel, entry.header, LOCAL_SIZE);
      long at =
          entry.header + LOCAL_SIZE + (local.getShort(26) & 0xffff) + (local.getShort(28) & 0xffff);
      if (local.getInt(0) != LOCAL
          || (local.getShort(8) & 0xffff) != (entry.deflated ? DEFLATED : STORED)) {
        throw new Fault("its entry " + shown + " is damaged");
      }
      if (at > end || entry.packed > end - at) {
        throw new Fault("its entry " + shown + " overlaps another or is truncated");
      }
      if (!entry.deflated && entry.packed != entry.size) {
        throw new Fault("its entry " + shown + " has two sizes");
      }
      free = at + entry.packed;
      promised += Math.min(entry.size, Long.MAX_VALUE / MAX_ENTRIES);
      Entry found =
          new Entry(entry.name, entry.deflated, entry.header, at, entry.packed, entry.size);
      if (result.put(entry.name, found) != null) {
        throw new Fault("it has two entries " + shown);
      }
    }
    long size = channel.size();
    if (promised > ALWAYS_ALLOWED && promised / MAX_RATIO > size) {
      throw new Fault(
          String.format(
              "its %d bytes would unpack to %d, more than %d times as many",
              size, promised, MAX_RATIO));
    }
    return result;
  }

  private static ByteBuffer part(FileChannel channel, long at, long length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate((int) length).order(ByteOrder.LITTLE_ENDIAN);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new Fault("it is truncated");
      }
    }
    return buffer.flip();
  }
}
