package kinetone.train;

/** Is told what happens, on the training thread: progress bars, logs. */
@FunctionalInterface
public interface TrainingListener {
  /** Does nothing. */
  TrainingListener NONE = event -> {};

  /** Called after the fact; an exception ends the training. */
  void on(TrainingEvent event);

  /** Asked after every step: true ends the training with a checkpoint, as the time limit does. */
  default boolean stop() {
    return false;
  }
}
