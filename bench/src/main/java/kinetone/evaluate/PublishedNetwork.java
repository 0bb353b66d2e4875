package kinetone.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A network of others that figures are made with. None is shipped: who has its file imports it. It
 * is loaded when a clip comes whose numbers are not known yet. Use it outside of scopes.
 *
 * @param <N> the network
 */
abstract class PublishedNetwork<N extends Module> implements Measure, AutoCloseable {
  private final String name;
  private final Path folder;
  private final String type;
  private final String file;
  private N network;

  /**
   * A network that may be there.
   *
   * @param models folder in which it has a folder of its name
   * @param name as {@code import --as} calls it
   * @param type of the component
   * @param file what to import it from
   */
  PublishedNetwork(Path models, String name, String type, String file) {
    this.name = name;
    this.folder = models.resolve(name);
    this.type = type;
    this.file = file;
  }

  /** The figures that are made with it. */
  abstract List<Metric> metrics();

  /** Reads it. */
  abstract N load(Path folder);

  /** What names the numbers besides the weights; whatever changes them changes this. */
  abstract String form();

  @Override
  public final String id() {
    return form() + "-" + weights().substring(0, 16);
  }

  private String weights() {
    ComponentFolder.requireType(folder, type);
    return ComponentFolder.weightsSha256(folder);
  }

  /** What else it needs and does not have, for one that works together with another. */
  Optional<String> alsoMissing() {
    return Optional.empty();
  }

  @Override
  public final Optional<String> missing() {
    return Files.exists(folder)
        ? alsoMissing()
        : Optional.of(
            ("the network '%s', and there is no %s: get %s and import it by"
                    + " 'kinetone import FILE --as %s --out %s'")
                .formatted(name, folder, file, name, folder));
  }

  /** The network in a protocol, with its weights where they are known. */
  final String told(String what) {
    try {
      return missing().isPresent()
          ? what
          : "%s (SHA-256 of the weights %s...)".formatted(what, weights().substring(0, 12));
    } catch (KinetoneException e) {
      // Who asks for its figures is told then.
      return what;
    }
  }

  /** Loads it if it was not before. */
  final N network() {
    if (network == null) {
      String before = weights();
      network = load(folder);
      Check.that(weights().equals(before), "%s has changed while it was in use", folder);
    }
    return network;
  }

  /** The rows of (n, D). */
  static double[][] rows(Tensor values) {
    int width = Math.toIntExact(values.size(1));
    float[] narrow = Tensors.toFloats(values);
    double[][] rows = new double[narrow.length / width][width];
    for (int i = 0; i < narrow.length; i++) {
      rows[i / width][i % width] = narrow[i];
    }
    return rows;
  }

  @Override
  public void close() {
    if (network != null) {
      network.close();
    }
  }
}
