package kinetone.feature.panns;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;

/** {@link Panns} on disk: a component folder, made by an import. */
public final class PannsFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "Panns";

  private PannsFolder() {}

  /**
   * Reads a network, ready to judge. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static Panns load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    PannsConfig config = ComponentFolder.config(folder, PannsConfig.class);
    Panns network = ComponentFolder.network(folder, rng -> new Panns(config, rng));
    network.eval();
    return network;
  }
}
