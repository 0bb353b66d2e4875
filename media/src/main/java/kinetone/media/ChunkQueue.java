package kinetone.media;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;

/**
 * Pieces of a clip that are ready to be handed out. A picture that stands for long is kept once and
 * repeated when it is asked for: how many times is for a file to say, not how much memory.
 */
final class ChunkQueue {
  /** Picture {@code first} and the {@code count - 1} after it. */
  private record Standing(long first, long count, byte[] rgb) {}

  private final Deque<Object> waiting = new ArrayDeque<>();
  private Standing standing = new Standing(0, 0, new byte[0]);
  private long given;

  /** Adds a picture that is shown {@code count} times. */
  void addPictures(long first, long count, byte[] rgb) {
    waiting.add(new Standing(first, count, rgb));
  }

  /** Adds sound. */
  void addSound(ClipChunk.Samples samples) {
    waiting.add(samples);
  }

  /** The next piece in the order in which they came; empty when nothing is ready. */
  Optional<ClipChunk> poll() {
    while (given == standing.count()) {
      Object next = waiting.poll();
      if (!(next instanceof Standing pictures)) {
        return Optional.ofNullable((ClipChunk.Samples) next);
      }
      standing = pictures;
      given = 0;
    }
    return Optional.of(new ClipChunk.Frame(standing.first() + given++, standing.rgb()));
  }
}
