package kinetone.feature.kind;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** {@link KindClassifier} on disk: a component folder. */
public final class KindFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "KindClassifier";

  private KindFolder() {}

  /**
   * Writes {@code classifier} into {@code folder}.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static void save(Path folder, KindClassifier classifier, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(folder, TYPE, classifier.config(), StateDict.of(classifier), dtype);
    }
  }

  /**
   * Reads a classifier, ready for evaluation. Call it outside of scopes, or the weights die with
   * the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind of component, or
   *     is incomplete or damaged
   */
  public static KindClassifier load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    KindConfig config = ComponentFolder.config(folder, KindConfig.class);
    KindClassifier classifier =
        ComponentFolder.network(folder, rng -> new KindClassifier(config, rng));
    classifier.eval();
    return classifier;
  }
}
