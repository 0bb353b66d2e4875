package kinetone.feature.vggish;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;

/** {@link Vggish} on disk: a component folder, made by an import. */
public final class VggishFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "Vggish";

  private VggishFolder() {}

  /**
   * Reads a network, ready to judge. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static Vggish load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    VggishConfig config = ComponentFolder.config(folder, VggishConfig.class);
    Vggish network = ComponentFolder.network(folder, rng -> new Vggish(config, rng));
    network.eval();
    return network;
  }
}
