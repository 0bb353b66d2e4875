package kinetone.recipe;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;

/** Starts a training from a trained network. */
final class InitialWeights {
  private InitialWeights() {}

  /**
   * Gives {@code network} the weights of the component in {@code folder}. Its configuration is
   * equal to the network's: weights of a network with other heads or another prediction would fit,
   * and mean something else.
   *
   * @param folder null for fresh weights
   * @throws kinetone.common.KinetoneException when the folder holds another network
   */
  static void load(String folder, LatentObjective.Network network) {
    if (folder == null) {
      return;
    }
    Path component = Path.of(folder);
    Check.that(
        ComponentFolder.type(component).equals(network.type())
            && ComponentFolder.config(component, network.config().getClass())
                .equals(network.config()),
        "init: %s holds another network than 'model' describes; both must be the same %s",
        folder,
        network.type());
    ComponentFolder.load(component, network.module());
  }
}
