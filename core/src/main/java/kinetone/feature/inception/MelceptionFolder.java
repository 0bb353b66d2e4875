package kinetone.feature.inception;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;

/** Melception on disk: a component folder, made by an import. */
public final class MelceptionFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "Melception";

  private MelceptionFolder() {}

  /** What it expects of spectrograms. */
  public static MelceptionConfig config(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    return ComponentFolder.config(folder, MelceptionConfig.class);
  }

  /**
   * Reads a network, ready to judge. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static InceptionV3 load(Path folder) {
    InceptionConfig config = config(folder).network();
    InceptionV3 network = ComponentFolder.network(folder, rng -> new InceptionV3(config, rng));
    network.eval();
    return network;
  }
}
