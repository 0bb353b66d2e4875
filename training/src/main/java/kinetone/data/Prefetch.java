package kinetone.data;

import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongFunction;

/**
 * Makes the next batch in the background while one is worked on. What batch {@code n} is depends on
 * {@code n} alone, so the order never depends on timing and any number may be asked for, as when a
 * training is resumed. Asked by one thread.
 *
 * @param <T> a batch
 */
public final class Prefetch<T> implements AutoCloseable {
  private record Ahead<T>(long number, Future<T> batch) {}

  private final LongFunction<T> load;
  private final Consumer<T> discard;
  private final ExecutorService worker;
  private Ahead<T> ahead;

  /**
   * Loads nothing yet.
   *
   * @param load makes batch {@code n}; called on another thread
   * @param discard frees a batch that nobody asked for
   */
  public Prefetch(LongFunction<T> load, Consumer<T> discard) {
    this.load = load;
    this.discard = discard;
    worker =
        Executors.newSingleThreadExecutor(
            runnable -> {
              Thread thread = new Thread(runnable, "prefetch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /**
   * Batch {@code number}, which the caller owns; the one after it is begun. What loading throws is
   * thrown here, by the call that asks for the batch.
   */
  public T get(long number) {
    if (ahead == null || ahead.number != number) {
      drop();
      ahead = begin(number);
    }
    Future<T> wanted = ahead.batch;
    ahead = null;
    T batch = await(wanted);
    ahead = begin(number + 1);
    return batch;
  }

  private Ahead<T> begin(long number) {
    return new Ahead<>(number, worker.submit(() -> load.apply(number)));
  }

  private void drop() {
    if (ahead != null) {
      Future<T> unwanted = ahead.batch;
      ahead = null;
      try {
        discard.accept(await(unwanted));
      } catch (RuntimeException e) {
        // Of a batch that nobody asked for.
      }
    }
  }

  /** Not cut short by an interruption, which ends a training after its step and not within it. */
  private static <T> T await(Future<T> batch) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return batch.get();
        } catch (InterruptedException e) {
          interrupted = true;
        } catch (ExecutionException e) {
          if (e.getCause() instanceof RuntimeException cause) {
            throw cause;
          }
          if (e.getCause() instanceof Error cause) {
            throw cause;
          }
          throw new IllegalStateException(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Waits for what is being loaded, frees it and ends the thread. */
  @Override
  public void close() {
    drop();
    worker.shutdown();
    try {
      worker.awaitTermination(1, TimeUnit.MINUTES);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
