package kinetone.train;

import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * What is learned: one or more networks, each with a loss. The trainer owns everything else
 * (optimisers, averages, learning rate, checkpoints).
 */
public interface TrainingTask extends AutoCloseable {
  /**
   * The networks, in the order in which they are updated within a step. Ordinary training has one;
   * adversarial training has the generator and then the discriminator.
   */
  List<Phase> phases();

  /** Named validation figures, lower is better, computed without gradients. */
  Map<String, Double> validate();

  /** Steps between two calls of {@link #samples}; 0 for none. */
  default int samplesEvery() {
    return 0;
  }

  /**
   * A picture of what the networks make, with the averaged weights where there are any, without
   * gradients. It must draw from generators of its own: with samples and without them training is
   * the same, bit for bit.
   */
  default BufferedImage samples() {
    throw new UnsupportedOperationException("this task has no samples");
  }

  @Override
  void close();

  /**
   * One network and its loss.
   *
   * @param name names the parameters in checkpoints
   * @param module the network
   * @param loss builds the loss graph of one micro batch
   */
  record Phase(String name, Module module, Loss loss) {}

  /** Builds the loss graph of one micro batch. */
  @FunctionalInterface
  interface Loss {
    /**
     * The loss of micro batch {@code microBatch} of step {@code step} (both from 0): which examples
     * it holds is a function of these numbers and of the seed, so that a resumed run sees the same.
     *
     * @param rng the source of noise; its state is part of the checkpoint
     */
    Value of(long step, int microBatch, Rng rng);
  }

  /**
   * A loss.
   *
   * @param total scalar to differentiate
   * @param parts named scalars to report
   * @param checkpoints through which the gradients go on when {@code total} is differentiated; the
   *     trainer closes them
   */
  record Value(Tensor total, Map<String, Tensor> parts, Optional<GradientCheckpoints> checkpoints) {
    /** A loss whose whole graph hangs on {@code total}. */
    public Value(Tensor total, Map<String, Tensor> parts) {
      this(total, parts, Optional.empty());
    }
  }
}
