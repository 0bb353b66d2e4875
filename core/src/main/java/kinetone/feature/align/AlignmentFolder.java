package kinetone.feature.align;

import java.nio.file.Path;
import kinetone.checkpoint.ComponentFolder;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** {@link AlignmentClassifier} on disk: a component folder. */
public final class AlignmentFolder {
  /** The name of the kind of component. */
  public static final String TYPE = "AlignmentClassifier";

  private AlignmentFolder() {}

  /**
   * Writes {@code classifier} into {@code folder}.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public static void save(Path folder, AlignmentClassifier classifier, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(folder, TYPE, classifier.config(), StateDict.of(classifier), dtype);
    }
  }

  /**
   * Reads a classifier. Call it outside of scopes, or the weights die with the scope.
   *
   * @throws kinetone.common.KinetoneException when the folder holds another kind, or is incomplete
   *     or damaged
   */
  public static AlignmentClassifier load(Path folder) {
    ComponentFolder.requireType(folder, TYPE);
    AlignmentConfig config = ComponentFolder.config(folder, AlignmentConfig.class);
    AlignmentClassifier classifier =
        ComponentFolder.network(folder, rng -> new AlignmentClassifier(config, rng));
    classifier.eval();
    return classifier;
  }
}
