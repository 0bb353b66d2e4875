package kinetone.feature.inception;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;

/** {@link InceptionV3} on disk: a component folder, made by an import. */
public final class InceptionFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "InceptionV3";

  private InceptionFolder() {}

  /**
   * Reads a network, ready to judge. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static InceptionV3 load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    InceptionConfig config = ComponentFolder.config(folder, InceptionConfig.class);
    InceptionV3 network = ComponentFolder.network(folder, rng -> new InceptionV3(config, rng));
    network.eval();
    return network;
  }
}
