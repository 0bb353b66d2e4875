package kinetone.cli;

import kinetone.exchange.Exchange;

/** Shows how many tensors are written, and ends the work between two when the signal came. */
final class TensorProgress implements Exchange.Listener, AutoCloseable {
  private final String task;
  private final Interruption interruption;
  private ConsoleProgress progress;

  TensorProgress(String task, Interruption interruption) {
    this.task = task;
    this.interruption = interruption;
  }

  @Override
  public void at(int done, int total) {
    interruption.check();
    if (done == 1) {
      // One import may be several networks.
      close();
    }
    if (progress == null) {
      progress = new ConsoleProgress(task, total, "tensors");
    }
    progress.at(done);
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
      progress = null;
    }
  }
}
