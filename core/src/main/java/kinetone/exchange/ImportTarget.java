package kinetone.exchange;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kinetone.checkpoint.convert.Naming;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A network whose public weights can be imported and exported. An implementation per network; all
 * of them are listed in {@link ImportTargets}.
 *
 * @param <C> its configuration
 */
public interface ImportTarget<C> {
  /** What users call it, in lower case with hyphens. */
  String name();

  /** One line for people: the network and the file it comes from. */
  String summary();

  /** The type of the component folder. */
  String type();

  /** Class of {@link #configuration}: what the folder's {@code config.json} holds. */
  Class<C> configurationType();

  /** Of the public weights. */
  C configuration();

  /** The configuration of the weights in {@code from}; for most networks the public one. */
  default C configuration(Path from) {
    return configuration();
  }

  /**
   * Copies what belongs to the weights and lies beside them, and completes the configuration by it;
   * for most networks there is nothing.
   *
   * @param from the file or folder that is imported, or the component that is exported
   * @param folder where the component, or its public form, is written
   */
  default C beside(C configuration, Path from, Path folder) {
    return configuration;
  }

  /**
   * The configuration with what {@code file} says of it; for most networks nothing.
   *
   * @throws kinetone.common.KinetoneException when that cannot be
   */
  default C completed(C configuration, TensorFile file) {
    return configuration;
  }

  /** A network of that size; only the names and shapes of its tensors matter. */
  Module build(C configuration);

  /** Tensors of the network that follow from the configuration, and that files may lack. */
  default Map<String, Supplier<Tensor>> fixed(C configuration) {
    return Map.of();
  }

  /**
   * What stands before the names of the tensors that it has from another component, its base: only
   * the others are imported and exported, and a component says which base they stand on. Empty for
   * networks that stand on nothing.
   */
  default Optional<String> basePrefix() {
    return Optional.empty();
  }

  /**
   * Requires that {@code base} holds what a network of {@code configuration} stands on.
   *
   * @throws kinetone.common.KinetoneException when it holds another
   */
  default void requireBase(C configuration, Path base) {}

  /**
   * Where its weights lie within a folder of diffusers, if there are whole pipelines of which it is
   * a part.
   */
  default List<String> folders() {
    return List.of();
  }

  /**
   * Dictionaries of a file in which the weights may lie, the preferred one first; by default the
   * file's root, and what Lightning calls {@code state_dict}.
   */
  default List<String> groups() {
    return List.of("", "state_dict");
  }

  /**
   * What may stand before every name; by default nothing, or what {@code DataParallel} puts there.
   */
  default List<String> prefixes() {
    return List.of("", "module.");
  }

  /** The names that files may have. */
  List<Naming> namings(C configuration);

  /**
   * Forms in which it can be exported, by the name of who reads them.
   *
   * @throws kinetone.common.KinetoneException when no public code computes what it does
   */
  Map<String, PublicForm> forms(C configuration);
}
