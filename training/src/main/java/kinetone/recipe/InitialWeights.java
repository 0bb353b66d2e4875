package kinetone.recipe;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.WarmStart;
import kinetone.common.Check;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a training from a trained network. */
final class InitialWeights {
  private static final Logger LOG = LoggerFactory.getLogger(InitialWeights.class);

  private InitialWeights() {}

  /**
   * Gives the network of {@code objective} the weights of the component in {@code folder}: of the
   * same kind, and then of a configuration it may start from ({@link
   * LatentObjective#startsFrom(Object)}); or of a kind whose names the objective knows ({@link
   * LatentObjective#startsFrom(String)}).
   *
   * @param folder null for fresh weights
   * @throws kinetone.common.KinetoneException when the folder holds another network
   */
  static void load(String folder, LatentObjective objective) {
    if (folder == null) {
      return;
    }
    Path component = Path.of(folder);
    LatentObjective.Network network = objective.network();
    Optional<Naming> naming = objective.startsFrom(ComponentFolder.type(component));
    if (naming.isPresent()) {
      WarmStart.Uncovered left = WarmStart.start(component, network.module(), naming.get());
      LOG.info(
          "started from {}: {} tensors are fresh, {} of its tensors are not used",
          folder,
          left.fresh().size(),
          left.unused().size());
      return;
    }
    Check.that(
        ComponentFolder.type(component).equals(network.type())
            && objective.startsFrom(ComponentFolder.config(component, network.config().getClass())),
        "init: %s holds another network than 'model' describes; both must be the same %s",
        folder,
        network.type());
    ComponentFolder.load(component, network.module());
  }
}
