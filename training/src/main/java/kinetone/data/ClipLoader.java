package kinetone.data;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongUnaryOperator;
import kinetone.common.KinetoneException;
import kinetone.media.Clip;

/**
 * Decodes clips in the background, a few batches ahead. Which clip stands at which position is the
 * caller's function of seed, epoch and index, so the order never depends on timing and any position
 * can be asked for, for example on resume.
 */
public final class ClipLoader implements AutoCloseable {
  private static final int MOST_THREADS = 16;

  private record Pending(long position, Future<Clip> clip) {}

  private final ClipSource source;
  private final LongUnaryOperator order;
  private final int ahead;
  private final ExecutorService workers;
  private final Deque<Pending> queue = new ArrayDeque<>();

  /**
   * A loader that leaves one processor to the training, with two batches ahead.
   *
   * @param order maps a position of the endless training stream to an index of {@code source}
   */
  public static ClipLoader forTraining(ClipSource source, LongUnaryOperator order, int batch) {
    int others = Runtime.getRuntime().availableProcessors() - 1;
    return new ClipLoader(source, order, Math.max(1, Math.min(MOST_THREADS, others)), 2 * batch);
  }

  /**
   * A loader.
   *
   * @param order maps a position of the endless training stream to an index of {@code source}
   * @param threads background threads
   * @param ahead clips decoded in advance
   */
  public ClipLoader(ClipSource source, LongUnaryOperator order, int threads, int ahead) {
    this.source = source;
    this.order = order;
    this.ahead = ahead;
    this.workers =
        Executors.newFixedThreadPool(
            threads,
            runnable -> {
              Thread thread = new Thread(runnable, "clip-loader");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** The clips at positions {@code first} to {@code first + count − 1}. */
  public List<Clip> clips(long first, int count) {
    while (!queue.isEmpty() && queue.peekFirst().position < first) {
      queue.removeFirst().clip.cancel(false);
    }
    if (!queue.isEmpty() && queue.peekFirst().position != first) {
      queue.forEach(pending -> pending.clip.cancel(false));
      queue.clear();
    }
    long next = queue.isEmpty() ? first : queue.peekLast().position + 1;
    for (; next < first + count + ahead; next++) {
      long position = next;
      queue.addLast(
          new Pending(position, workers.submit(() -> source.clip(order.applyAsLong(position)))));
    }
    List<Clip> clips = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      clips.add(await(queue.removeFirst().clip));
    }
    return clips;
  }

  private static Clip await(Future<Clip> clip) {
    try {
      return clip.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw KinetoneException.user(e, "interrupted while loading clips");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  @Override
  public void close() {
    workers.shutdownNow();
  }
}
