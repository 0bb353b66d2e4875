package kinetone.checkpoint;

import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.function.Function;
import kinetone.common.KinetoneException;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How a network that is a component by itself lies on disk: its configuration and its weights.
 *
 * @param type the name of the kind of component
 * @param configType its configuration
 * @param build a network of a configuration
 * @param config of a network
 * @param <C> configuration
 * @param <M> network
 */
public record NetworkFolder<C, M extends Module>(
    String type, Class<C> configType, BiFunction<C, Rng, M> build, Function<M, C> config) {
  /**
   * Writes {@code network} into {@code folder}.
   *
   * @param dtype how weights are stored: Float, BFloat16 or Half
   */
  public void save(Path folder, M network, ScalarType dtype) {
    try (PointerScope scope = new PointerScope()) {
      ComponentFolder.write(folder, type, config.apply(network), StateDict.of(network), dtype);
    }
  }

  /**
   * Reads a network, ready for evaluation. Call it outside of scopes, or the weights die with the
   * scope.
   *
   * @throws KinetoneException when the folder holds another kind, or is incomplete or damaged
   */
  public M load(Path folder) {
    ComponentFolder.requireType(folder, type);
    C read = ComponentFolder.config(folder, configType);
    M network = ComponentFolder.network(folder, rng -> build.apply(read, rng));
    network.eval();
    return network;
  }
}
