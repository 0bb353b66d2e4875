package kinetone.pipeline;

/** A switch that another thread may set; generation stops before its next sampling step. */
public final class Cancellation {
  private volatile boolean cancelled;

  /** Asks for the end of the work. */
  public void cancel() {
    cancelled = true;
  }

  /** Whether somebody asked. */
  public boolean isCancelled() {
    return cancelled;
  }
}
