package kinetone.feature.cavp;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.checkpoint.ComponentFolder;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** {@link Cavp} on disk: a component folder. */
public final class CavpFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "Cavp";

  private CavpFolder() {}

  /**
   * Writes {@code cavp} into {@code folder}.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static void save(Path folder, Cavp cavp, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(folder, TYPE, cavp.config(), StateDict.of(cavp), dtype);
    }
  }

  /**
   * Writes only the network for pictures of {@code cavp} into {@code folder}: all that generation
   * needs.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static void savePictures(Path folder, Cavp cavp, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> weights = new LinkedHashMap<>(StateDict.of(cavp));
      weights.keySet().removeIf(name -> !Cavp.isOfPictures(name));
      ComponentFolder.write(folder, TYPE, cavp.config().picturesOnly(), weights, dtype);
    }
  }

  /**
   * Reads a network, ready for evaluation. Call it outside of scopes, or the weights die with the
   * scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static Cavp load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    CavpConfig config = ComponentFolder.config(folder, CavpConfig.class);
    Cavp cavp = ComponentFolder.network(folder, rng -> new Cavp(config, rng));
    cavp.eval();
    return cavp;
  }
}
