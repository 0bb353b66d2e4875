package kinetone.checkpoint.pickle;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.List;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;

/** Where the bytes of a storage lie, and how to get at a part of them. */
interface StorageBytes {
  /** Fills the buffers, one after the other, with bytes from {@code offset} on. */
  void read(long offset, List<ByteBuffer> targets) throws IOException;

  /** As they are in the file from {@code at} on. */
  static StorageBytes plain(FileChannel channel, long at) {
    return (offset, targets) -> {
      long from = at + offset;
      for (ByteBuffer target : targets) {
        int start = target.position();
        while (target.hasRemaining()) {
          if (channel.read(target, from + target.position() - start) < 0) {
            throw new Fault("it is truncated");
          }
        }
        from += target.position() - start;
      }
    };
  }

  /** Of an entry of an archive, packed or not. */
  static StorageBytes of(FileChannel channel, ZipDirectory.Entry entry) {
    if (!entry.deflated()) {
      return plain(channel, entry.at());
    }
    return (offset, targets) -> {
      try (InputStream in = unpack(channel, entry)) {
        in.skipNBytes(offset);
        byte[] chunk = new byte[1 << 16];
        for (ByteBuffer target : targets) {
          while (target.hasRemaining()) {
            int got = in.read(chunk, 0, Math.min(chunk.length, target.remaining()));
            if (got < 0) {
              throw new Fault("its entry " + entry.name() + " is shorter than promised");
            }
            target.put(chunk, 0, got);
          }
        }
      }
    };
  }

  /** The unpacked bytes of an entry. */
  static InputStream unpack(FileChannel channel, ZipDirectory.Entry entry) {
    InputStream packed =
        new BufferedInputStream(range(channel, entry.at(), entry.packed()), 1 << 16);
    if (!entry.deflated()) {
      return packed;
    }
    Inflater inflater = new Inflater(true);
    return new InflaterInputStream(packed, inflater, 1 << 16) {
      @Override
      public void close() throws IOException {
        super.close();
        inflater.end();
      }
    };
  }

  /** The bytes from {@code at} on, {@code length} of them; closing it leaves the channel open. */
  static InputStream range(FileChannel channel, long at, long length) {
    return new InputStream() {
      private long position;

      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int offset, int count) throws IOException {
        if (position >= length) {
          return -1;
        }
        int most = (int) Math.min(count, length - position);
        int got = channel.read(ByteBuffer.wrap(into, offset, most), at + position);
        position += Math.max(0, got);
        return got;
      }
    };
  }
}
