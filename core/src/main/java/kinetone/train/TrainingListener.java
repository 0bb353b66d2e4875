package kinetone.train;

/** Is told what happens, on the training thread: progress bars, logs. */
@FunctionalInterface
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener NONE = event -> {};

  /** Called after the fact; an exception ends the training. */
  void on(TrainingEvent event);
}
