package kinetone.train;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Map;

/** What happens in a training, told to a {@link TrainingListener}. */
public sealed interface TrainingEvent {
  /** The number of steps done so far. */
  long step();

  /**
   * The training goes on from a checkpoint.
   *
   * @param step steps done before
   * @param configChanged whether the configuration differs from that of the checkpoint
   */
  record Resumed(long step, boolean configChanged) implements TrainingEvent {}

  /**
   * A checkpoint cannot be read and an older one takes its place.
   *
   * @param step of the damaged one
   * @param folder where it is now
   * @param reason for a person to read
   */
  record Damaged(long step, Path folder, String reason) implements TrainingEvent {}

  /**
   * A step is done.
   *
   * @param step steps done so far, this one included
   * @param steps the goal
   * @param phases what each phase reports, in order
   * @param skipped phases whose update was left out because loss or gradient was not finite, since
   *     the run began
   * @param seconds the duration of this step
   */
  record Step(long step, long steps, Map<String, PhaseStep> phases, int skipped, double seconds)
      implements TrainingEvent {}

  /**
   * One phase within a step.
   *
   * @param loss mean over the micro batches
   * @param parts named parts of the loss, means over the micro batches
   * @param learningRate the rate that was applied
   * @param gradNorm global norm before clipping
   */
  record PhaseStep(double loss, Map<String, Double> parts, double learningRate, double gradNorm) {}

  /** Validation figures, taken with averaged weights where there are any. */
  record Validated(long step, Map<String, Double> figures) implements TrainingEvent {}

  /** A picture of what the networks make, taken with averaged weights where there are any. */
  record Sampled(long step, BufferedImage picture) implements TrainingEvent {}

  /** A checkpoint is complete on disk. */
  record Saved(long step, Path folder) implements TrainingEvent {}

  /**
   * The end.
   *
   * @param completed false when the time limit ended the training before the last step
   * @param seconds wall-clock time of this run
   */
  record Finished(long step, boolean completed, double seconds) implements TrainingEvent {}
}
