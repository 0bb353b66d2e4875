package kinetone.pipeline;

import java.util.concurrent.CancellationException;
import kinetone.diffusion.sampler.SamplingListener;

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

  /** Reports sampling steps to {@code listener}, and ends sampling when somebody asked. */
  SamplingListener watch(ProgressListener listener) {
    return (step, steps) -> {
      listener.progress("sample", step, steps);
      if (cancelled) {
        throw new CancellationException("generation was cancelled");
      }
    };
  }
}
