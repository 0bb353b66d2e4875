package kinetone.recipe;

import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.convert.Naming;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.train.TrainingTask;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What a system learns from latents: its network and its loss. {@link LatentTask} does the rest,
 * from shards to export, for every system alike.
 */
public interface LatentObjective extends AutoCloseable {
  /**
   * The network in training.
   *
   * @param phase names its parameters in checkpoints
   * @param type the name of its kind of component
   * @param config its configuration
   * @param module itself
   */
  record Network(String phase, String type, Object config, Module module) {}

  /** The network. */
  Network network();

  /**
   * The names by which weights of a component of another kind become this network's, where a
   * training may start from one ({@code init}); empty where it may not.
   *
   * @param type of the component
   */
  default Optional<Naming> startsFrom(String type) {
    return Optional.empty();
  }

  /**
   * Whether a training may start from weights of a component of the same kind with this
   * configuration: an equal one, since weights of a network with other heads or another prediction
   * would fit, and mean something else.
   */
  default boolean startsFrom(Object config) {
    return config.equals(network().config());
  }

  /**
   * The loss graph of one micro batch.
   *
   * @param step from 0
   * @param rng the source of noise; its state is part of the checkpoint
   */
  TrainingTask.Value loss(long step, LatentBatch batch, Rng rng);

  /** What is measured on held-out clips; each by itself, in this order. */
  List<HeldOut> heldOut();

  /** A picture of what the network makes; asked for only where the recipe has samples. */
  default BufferedImage samples() {
    throw new UnsupportedOperationException("this objective has no samples");
  }

  /** Writes the network, with the weights it holds now, into {@code folder}. */
  default void export(Path folder) {
    Network network = network();
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(
          folder,
          network.type(),
          network.config(),
          StateDict.of(network.module()),
          ScalarType.Half);
    }
  }

  @Override
  default void close() {}
}
