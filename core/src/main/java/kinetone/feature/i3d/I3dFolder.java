package kinetone.feature.i3d;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;

/** {@link I3d} on disk: a component folder, made by an import. */
public final class I3dFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "I3d";

  private I3dFolder() {}

  /**
   * Reads a network, ready to judge. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static I3d load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    I3dConfig config = ComponentFolder.config(folder, I3dConfig.class);
    I3d network = ComponentFolder.network(folder, rng -> new I3d(config, rng));
    network.eval();
    return network;
  }
}
