package kinetone.server.work;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.Supplier;
import kinetone.pipeline.Pipeline;

/** A model in memory, with the one thread that uses it. */
final class LoadedModel {
  private final ExecutorService thread;
  private final Pipeline pipeline;

  /** Loads a model on its thread. */
  LoadedModel(String name, Supplier<Pipeline> loader) {
    thread =
        Executors.newSingleThreadExecutor(
            work -> {
              Thread made = new Thread(work, "model-" + name);
              made.setDaemon(true);
              return made;
            });
    try {
      pipeline = on(loader);
    } catch (RuntimeException | Error e) {
      thread.shutdown();
      throw e;
    }
  }

  /** Uses the model on its thread, and waits. */
  <T> T use(Function<Pipeline, T> work) {
    return on(() -> work.apply(pipeline));
  }

  private <T> T on(Supplier<T> work) {
    CompletableFuture<T> result = CompletableFuture.supplyAsync(work, thread);
    while (true) {
      try {
        return result.get();
      } catch (InterruptedException e) {
        // Native code cannot be left in the middle; the cancellation ends it within a step.
      } catch (ExecutionException e) {
        if (e.getCause() instanceof RuntimeException known) {
          throw known;
        }
        if (e.getCause() instanceof Error error) {
          throw error;
        }
        throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** Gives its memory back. */
  void close() {
    try {
      on(
          () -> {
            pipeline.close();
            return null;
          });
    } finally {
      thread.shutdown();
    }
  }
}
