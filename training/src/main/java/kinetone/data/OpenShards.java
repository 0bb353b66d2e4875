package kinetone.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the shards open that were read last. Data sets have more shards than a process may have
 * files. Threads take turns. Files are read by {@link RandomAccessFile}, since a channel would be
 * closed for everybody when a thread that reads it is interrupted.
 */
final class OpenShards implements AutoCloseable {
  private static final int MOST = 32;
  private static final float LOAD = 0.75f;

  /** In the order of their use, the one not used for longest first. */
  private final Map<Path, RandomAccessFile> open = new LinkedHashMap<>(MOST, LOAD, true);

  /** Reads clip {@code row} of {@code role} of a shard. */
  synchronized void read(LatentShard shard, String role, long row, byte[] into) {
    shard.read(file(shard), role, row, into);
  }

  /** Reads the tokens of clip {@code row} of a shard. */
  synchronized byte[] tokens(LatentShard shard, long row) {
    RandomAccessFile file = file(shard);
    long[] range = shard.tokens(file, row);
    long bytes = shard.text().orElseThrow().all().rowBytes();
    byte[] tokens = new byte[Math.toIntExact((range[1] - range[0]) * bytes)];
    shard.readTokens(file, range[0], tokens);
    return tokens;
  }

  private RandomAccessFile file(LatentShard shard) {
    RandomAccessFile file = open.computeIfAbsent(shard.file(), path -> shard.reopen());
    if (open.size() > MOST) {
      Iterator<RandomAccessFile> oldest = open.values().iterator();
      close(oldest.next());
      oldest.remove();
    }
    return file;
  }

  private static void close(RandomAccessFile file) {
    try {
      file.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  @Override
  public synchronized void close() {
    open.values().forEach(OpenShards::close);
    open.clear();
  }
}
