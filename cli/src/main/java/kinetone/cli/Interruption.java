package kinetone.cli;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import kinetone.pipeline.Cancellation;

/**
 * Turns SIGINT (Ctrl-C) and SIGTERM into a request that the work looks at between steps, and holds
 * the end of the process back until the work has closed this. Without it the process would end in
 * the middle of native code, which crashes. The exit status stays that of the signal: 130 or 143.
 */
final class Interruption implements AutoCloseable {
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Cancellation cancellation = new Cancellation();
  private final Thread hook = new Thread(this::stop, "interruption");

  /** Listens from now on; open it outermost, so that everything else is closed before it. */
  Interruption() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Set by the signal. */
  Cancellation cancellation() {
    return cancellation;
  }

  /** Whether the signal came. */
  boolean requested() {
    return cancellation.isCancelled();
  }

  /** Ends the work when the signal came; for work that looks at nothing else. */
  void check() {
    if (requested()) {
      throw new CancellationException("stopped");
    }
  }

  private void stop() {
    cancellation.cancel();
    try {
      ended.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (!requested()) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // The signal came just now.
      }
    }
  }
}
