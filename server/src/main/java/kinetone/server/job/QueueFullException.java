package kinetone.server.job;

/** As many jobs wait as may. */
public final class QueueFullException extends RuntimeException {
  private final int limit;

  QueueFullException(int limit) {
    super("the queue is full: " + limit + " jobs wait; try again later");
    this.limit = limit;
  }

  /** How many may wait. */
  public int limit() {
    return limit;
  }
}
