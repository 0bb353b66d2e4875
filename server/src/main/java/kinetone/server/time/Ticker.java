package kinetone.server.time;

import java.time.Duration;

/** Does something again and again, on a thread of its own, until it is closed. */
public final class Ticker implements AutoCloseable {
  private final Thread thread;
  private volatile boolean closed;

  /**
   * Starts.
   *
   * @param pause before each time
   * @param work what throws nothing, or only once
   */
  public Ticker(String name, Duration pause, Runnable work) {
    thread =
        new Thread(
            () -> {
              while (!closed) {
                try {
                  Thread.sleep(pause.toMillis());
                } catch (InterruptedException e) {
                  return;
                }
                work.run();
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends; what is being done now may go on to its end. */
  @Override
  public void close() {
    closed = true;
    if (Thread.currentThread() != thread) {
      thread.interrupt();
    }
  }
}
