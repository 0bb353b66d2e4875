package kinetone.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import kinetone.common.Check;
import kinetone.common.Exhaustion;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.tensor.FiniteCheck;
import kinetone.tensor.Rng;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * One component of a model on disk: {@code config.json} (class, configuration, SHA-256 of the
 * weights) and {@code model.safetensors}. With a {@link Base} the weights are only those that
 * differ from the base's or are new; whoever loads gets both.
 */
public final class ComponentFolder {
  private static final String CONFIG = "config.json";
  private static final String WEIGHTS = "model.safetensors";
  private static final String BASE = "base";

  /** The keys of {@code config.json}; whether another component is needed as a base is optional. */
  private static final Set<String> KEYS = Set.of("type", "config", "weights", "sha256", "base");

  /** Sizes of networks: a million, beyond every width, depth, rate and length there is. */
  private static final long LARGEST_SIZE = 1 << 20;

  private static final int SLACK_TENSORS = 64;
  private static final int SLACK_NUMBERS = 1 << 20;

  private static final Set<ScalarType> FLOATING =
      Set.of(ScalarType.Float, ScalarType.Half, ScalarType.BFloat16);

  private ComponentFolder() {}

  /**
   * Writes a component into {@code folder}, which exists; the caller makes the whole model folder
   * appear at once (see {@link kinetone.common.AtomicFile#writeFolder}).
   *
   * @param type the name that tells readers which class to build, for example "AvDiT"
   * @param config a record that Jackson can write
   * @param weights tensors by name
   * @param dtype how floating-point weights are stored: Float, BFloat16 or Half
   */
  public static void write(
      Path folder, String type, Object config, Map<String, Tensor> weights, ScalarType dtype) {
    Map<String, TensorFile.Deferred> deferred = new LinkedHashMap<>();
    weights.forEach((name, tensor) -> deferred.put(name, stored(tensor, dtype)));
    writeDeferred(folder, type, config, deferred);
  }

  /**
   * Writes a component that builds on {@code base}.
   *
   * @param weights only what differs from the base or is new
   */
  public static void write(
      Path folder,
      String type,
      Object config,
      Map<String, Tensor> weights,
      ScalarType dtype,
      Base base) {
    write(folder, type, config, weights, dtype);
    writeBase(folder, base);
  }

  private static void writeBase(Path folder, Base base) {
    ObjectNode root = root(folder).deepCopy();
    root.set(BASE, Json.MAPPER.valueToTree(base));
    try {
      Files.writeString(folder.resolve(CONFIG), Json.MAPPER.writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", folder, e.getMessage());
    }
  }

  private static TensorFile.Deferred stored(Tensor tensor, ScalarType dtype) {
    return tensor.is_floating_point()
        ? new TensorFile.Deferred(dtype, tensor.shape(), () -> tensor.detach().to(dtype))
        : TensorFile.Deferred.of(tensor);
  }

  /** Writes a component whose weights are made one at a time, as they are stored. */
  public static void writeDeferred(
      Path folder, String type, Object config, Map<String, TensorFile.Deferred> weights) {
    try {
      Files.createDirectories(folder);
      Path file = folder.resolve(WEIGHTS);
      SafeTensors.writeDeferred(file, weights, Map.of("format", "kinetone"));
      ObjectNode root = Json.MAPPER.createObjectNode();
      root.put("type", type);
      root.set("config", Json.MAPPER.valueToTree(config));
      root.put("weights", WEIGHTS);
      root.put("sha256", Sha256.of(file));
      Files.writeString(folder.resolve(CONFIG), Json.MAPPER.writeValueAsString(root) + "\n");
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", folder, e.getMessage());
    }
  }

  /** The same for a component that builds on {@code base}, if there is one. */
  public static void writeDeferred(
      Path folder,
      String type,
      Object config,
      Map<String, TensorFile.Deferred> weights,
      Optional<Base> base) {
    writeDeferred(folder, type, config, weights);
    base.ifPresent(on -> writeBase(folder, on));
  }

  /**
   * Copies the component in {@code from}, and nothing else there is in that folder, to {@code to}.
   * A base stays where it is, and the copy finds it there.
   *
   * @throws KinetoneException when it is incomplete, or its weights were altered since they were
   *     written
   */
  public static void copy(Path from, Path to) {
    Path weights = weights(from);
    try {
      Files.createDirectories(to);
      Files.copy(weights, to.resolve(WEIGHTS));
      Files.copy(from.resolve(CONFIG), to.resolve(CONFIG));
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot write %s: %s", to, e.getMessage());
    }
    Optional<Base> base = base(from);
    if (base.isPresent() && !Path.of(base.get().folder()).isAbsolute()) {
      writeBase(to, base.get().movedTo(to, base.get().at(from)));
    }
  }

  /**
   * As {@link #copy}, and copies the base, if there is one, to {@code baseTo}, where the copy finds
   * it by a relative path: both can then be moved together. Several components may share {@code
   * baseTo}.
   *
   * @throws KinetoneException as {@link #copy} and {@link #load}; and when {@code baseTo} holds
   *     another component
   */
  public static void copyWithBase(Path from, Path to, Path baseTo) {
    copy(from, to);
    Optional<Base> base = base(from);
    if (base.isEmpty()) {
      return;
    }
    Path source = baseFolder(from, base.get());
    if (!Files.exists(baseTo)) {
      copy(source, baseTo);
    } else if (!weightsSha256(baseTo).equals(base.get().sha256())) {
      throw KinetoneException.user(
          "%s and another component of the model build on different bases; only one fits into %s",
          from, baseTo);
    }
    writeBase(to, base.get().movedTo(to, baseTo));
  }

  /** What the component in {@code folder} builds on; empty when it is whole. */
  public static Optional<Base> base(Path folder) {
    JsonNode node = root(folder).path(BASE);
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    return Optional.of(Json.bind(folder.resolve(CONFIG), node, Base.class));
  }

  /**
   * The folder of the base, with the weights that {@code base} names.
   *
   * @throws KinetoneException when it is missing, holds other weights, or builds on another base
   */
  private static Path baseFolder(Path folder, Base base) {
    Path at = base.at(folder);
    if (!Files.isDirectory(at)) {
      throw KinetoneException.user(
          "%s builds on the component %s, which is missing; put it there or correct 'base' in %s",
          folder, at, folder.resolve(CONFIG));
    }
    requireWhole(at);
    if (!weightsSha256(at).equals(base.sha256())) {
      throw KinetoneException.user(
          "%s builds on other weights than those in %s: their SHA-256 is %s, expected is %s",
          folder, at, weightsSha256(at), base.sha256());
    }
    return at;
  }

  /** Requires a component that builds on no other: bases of bases are not read. */
  static void requireWhole(Path folder) {
    if (base(folder).isPresent()) {
      throw KinetoneException.user(
          "%s cannot be a base: it builds on another component itself", folder);
    }
  }

  /**
   * Opens the tensors of the component, those of its base included, by the names of its network.
   *
   * @throws KinetoneException when weights are missing or were altered, or the base is missing,
   *     another one, or builds on another itself
   */
  public static TensorFile open(Path folder) {
    Path own = weights(folder);
    Optional<Base> base = base(folder);
    if (base.isEmpty()) {
      return SafeTensors.open(own);
    }
    Path weights = weights(baseFolder(folder, base.get()));
    TensorFile file = SafeTensors.open(own);
    try {
      return new BasedFile(file, SafeTensors.open(weights), base.get());
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  /** How the own weights of the component in {@code folder} are stored: its first floating type. */
  public static ScalarType dtype(Path folder) {
    try (TensorFile file = SafeTensors.open(weights(folder))) {
      return file.groups().get(TensorFile.ROOT).values().stream()
          .map(TensorFile.Entry::type)
          .filter(FLOATING::contains)
          .findFirst()
          .orElse(ScalarType.Float);
    }
  }

  /** The type name of the component in {@code folder}. */
  public static String type(Path folder) {
    return text(folder, "type");
  }

  /**
   * Requires that {@code folder} holds a component of the kind {@code type}.
   *
   * @throws KinetoneException when it holds another, or none
   */
  public static void requireType(Path folder, String type) {
    String present = type(folder);
    if (!present.equals(type)) {
      throw KinetoneException.user("%s holds a %s; expected is a %s", folder, present, type);
    }
  }

  /**
   * SHA-256 of the component's own weights as recorded when they were written; {@link #load}
   * compares it.
   */
  public static String weightsSha256(Path folder) {
    return text(folder, "sha256");
  }

  /** The configuration of the component, bound strictly to {@code type}. */
  public static <C> C config(Path folder, Class<C> type) {
    Path file = folder.resolve(CONFIG);
    JsonNode config = root(folder).path("config");
    Check.that(config.isObject(), "%s has no 'config', an object {...} is expected", file);
    Json.requireSizes(file, config, LARGEST_SIZE);
    return Json.bind(file, config, type);
  }

  /**
   * Builds the network that the configuration in {@code folder} describes and loads its weights,
   * strictly. What the configuration says of sizes is not believed: no tensor is allocated of which
   * the file of weights has no room. Call it outside of scopes, or the weights die with the scope.
   *
   * @param network builds it with what it is given to draw from
   * @throws KinetoneException of kind USER as {@link #load}; and when the network is larger than
   *     its weights, or than memory
   */
  public static <M extends Module> M network(Path folder, Function<Rng, M> network) {
    return network(folder, network, built -> built);
  }

  /** The same for what has a network in it. */
  public static <T> T network(Path folder, Function<Rng, T> build, Function<T, Module> module) {
    try (TensorFile file = open(folder);
        Rng rng = Rng.none(room(folder, file))) {
      T built = built(folder, () -> build.apply(rng));
      // Nobody has seen it yet, so it does not matter what a damaged file leaves in it.
      StateDict.loadDeferred(
          folder.resolve(WEIGHTS).toString(), module.apply(built), finite(folder, file));
      return built;
    }
  }

  /**
   * Room for twice as many tensors, and numbers in them, as {@code file} has: what is a little off
   * is told better by the names of the tensors that do not fit.
   */
  private static Rng.Allowance room(Path folder, TensorFile file) {
    Collection<TensorFile.Entry> entries = file.groups().get(TensorFile.ROOT).values();
    long numbers = entries.stream().mapToLong(e -> TensorFile.elements(e.shape())).sum();
    long[] left = {2L * entries.size() + SLACK_TENSORS, 2 * numbers + SLACK_NUMBERS};
    return shape -> {
      long wanted;
      try {
        wanted = TensorFile.elements(shape);
      } catch (ArithmeticException e) {
        wanted = Long.MAX_VALUE;
      }
      if (--left[0] < 0 || wanted > left[1]) {
        throw KinetoneException.user(
            "%s describes a larger network than its weights, %d tensors of %d numbers, are for;"
                + " fetch the model folder again",
            folder.resolve(CONFIG), entries.size(), numbers);
      }
      left[1] -= wanted;
    };
  }

  private static <T> T built(Path folder, Supplier<T> network) {
    try {
      return network.get();
    } catch (RuntimeException | OutOfMemoryError e) {
      if (!(e instanceof KinetoneException) && Exhaustion.isCauseOf(e)) {
        throw KinetoneException.user(
            e, "%s describes a network too large for this machine", folder.resolve(CONFIG));
      }
      throw e;
    }
  }

  /**
   * Loads the weights strictly into {@code module}: its own tensors and, for the rest, the base's.
   *
   * @throws KinetoneException when the file is missing, was altered since it was written, holds
   *     numbers that are not finite, or does not hold exactly the module's tensors; with a base,
   *     when it is missing, another one, or the two together are not exactly the module's tensors
   */
  public static void load(Path folder, Module module) {
    try (TensorFile file = open(folder)) {
      load(folder, file, module);
    }
  }

  private static void load(Path folder, TensorFile file, Module module) {
    Path weights = folder.resolve(WEIGHTS);
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> tensors = new LinkedHashMap<>();
      finite(folder, file).forEach((name, tensor) -> tensors.put(name, tensor.values().get()));
      StateDict.load(weights.toString(), module, tensors);
    }
  }

  /** The tensors of {@code file}, each read and looked through when it is asked for. */
  private static Map<String, TensorFile.Deferred> finite(Path folder, TensorFile file) {
    Map<String, TensorFile.Deferred> tensors = new LinkedHashMap<>();
    file.groups()
        .get(TensorFile.ROOT)
        .forEach(
            (name, entry) ->
                tensors.put(
                    name,
                    new TensorFile.Deferred(
                        entry.type(),
                        entry.shape(),
                        () -> {
                          Tensor tensor = file.read(TensorFile.ROOT, name);
                          Check.that(
                              FiniteCheck.isFinite(tensor),
                              "weights %s hold numbers that are not finite, in %s; train or fetch"
                                  + " them again",
                              folder.resolve(WEIGHTS),
                              TensorFile.printable(name));
                          return tensor;
                        })));
    return tensors;
  }

  /**
   * The file of the component's own weights.
   *
   * @throws KinetoneException when it is missing or was altered since it was written
   */
  public static Path weights(Path folder) {
    Path file = folder.resolve(WEIGHTS);
    if (!Files.isRegularFile(file)) {
      throw KinetoneException.user("model folder %s has no weights: %s is missing", folder, file);
    }
    String expected = weightsSha256(folder);
    if (!expected.equals(Sha256.of(file))) {
      throw KinetoneException.user(
          "weights %s were altered or damaged: their SHA-256 is not the one in %s; fetch the model"
              + " folder again",
          file, CONFIG);
    }
    return file;
  }

  private static JsonNode root(Path folder) {
    Path file = folder.resolve(CONFIG);
    if (!Files.isRegularFile(file)) {
      throw KinetoneException.user("%s is not a model component: %s is missing", folder, file);
    }
    ObjectNode root = Json.fileTree(file, "model component");
    for (String key : (Iterable<String>) root::fieldNames) {
      Check.that(
          KEYS.contains(key),
          "%s: unknown option '%s'; known here: %s",
          file,
          key,
          KEYS.stream().sorted().collect(Collectors.joining(", ")));
    }
    JsonNode weights = root.path("weights");
    Check.that(
        weights.isMissingNode() || WEIGHTS.equals(weights.textValue()),
        "%s: 'weights' is %s, must be \"%s\"",
        file,
        weights,
        WEIGHTS);
    return root;
  }

  private static String text(Path folder, String key) {
    JsonNode value = root(folder).path(key);
    Check.that(value.isTextual(), "%s has no '%s', a text", folder.resolve(CONFIG), key);
    return value.textValue();
  }
}
