package kinetone.exchange;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import kinetone.checkpoint.Base;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.convert.Conversion;
import kinetone.checkpoint.convert.Naming;
import kinetone.checkpoint.convert.WeightsFiles;
import kinetone.checkpoint.pickle.PickleWriter;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Imports public checkpoints into component folders, and exports these again. Tensors pass one at a
 * time. What appears, appears whole; what exists is never replaced.
 *
 * @param halves whether floating-point weights are stored as float16
 * @param listener told after each tensor; an exception of it ends the work and leaves nothing
 *     behind
 */
public record Exchange(boolean halves, Listener listener) {
  /** Positions in half precision differ from those in single precision by less. */
  private static final double FIXED_TOLERANCE = 2e-3;

  /** The key in the metadata of a file of parts under which their base is named. */
  private static final String BASE_SHA256 = "base_sha256";

  /** Hears how the work goes on. */
  @FunctionalInterface
  public interface Listener {
    /** {@code done} of {@code total} tensors are written. */
    void at(int done, int total);
  }

  /** What was imported: the naming of the file, and how many tensors and numbers. */
  public record Imported(String naming, int tensors, long numbers) {}

  /** Imports the weights of {@code target} in the size that lies beside them, or the public one. */
  public <C> Imported importWeights(Path file, ImportTarget<C> target, Path out) {
    return importWeights(file, target, target.configuration(file), out);
  }

  /** Imports with the configuration that the JSON file {@code config} holds. */
  public <C> Imported importWeights(Path file, ImportTarget<C> target, Path config, Path out) {
    return importWeights(file, target, configuration(config, target), out);
  }

  /**
   * Imports weights into the component folder {@code out}.
   *
   * @param from a file of weights, or a folder of diffusers
   * @throws KinetoneException when {@code out} exists, the file is damaged or refused, or it does
   *     not hold exactly the network's tensors
   */
  public <C> Imported importWeights(Path from, ImportTarget<C> target, C configuration, Path out) {
    return importWeights(from, target, configuration, Optional.empty(), out);
  }

  /**
   * The same for parts that stand on the component in {@code base}, which is named, not copied.
   *
   * @throws KinetoneException also when the network needs a base and there is none, the other way
   *     round, or it is not the one that the file names
   */
  public <C> Imported importWeights(
      Path from, ImportTarget<C> target, C configuration, Optional<Path> base, Path out) {
    requireNew(out);
    Check.that(
        target.basePrefix().isPresent() == base.isPresent(),
        base.isPresent()
            ? "%s stands on no other network; leave --base out"
            : "%s are parts around" + " another network; name its folder with --base",
        target.name());
    base.ifPresent(folder -> target.requireBase(configuration, folder));
    Path file = WeightsFiles.find(from, target.folders());
    base.ifPresent(folder -> requireNamed(file, folder));
    try (TensorFile source = WeightsFiles.open(file)) {
      Map<String, TensorFile.Entry> network = network(target, configuration);
      Map<String, Supplier<Tensor>> fixed = target.fixed(configuration);
      Conversion conversion =
          Conversion.find(
              source,
              file.toString(),
              network,
              target.groups(),
              target.prefixes(),
              target.namings(configuration));
      Map<String, Deferred> found = conversion.tensors();
      Map<String, Deferred> weights = new LinkedHashMap<>();
      network.forEach(
          (name, entry) -> {
            Deferred tensor =
                found.containsKey(name)
                    ? compared(file, name, found.get(name), fixed.get(name))
                    : new Deferred(entry.type(), entry.shape(), fixed.get(name));
            weights.put(name, halves ? half(file, name, tensor) : tensor);
          });
      C completed = target.completed(configuration, source);
      Map<String, Deferred> counted = counted(weights);
      AtomicFile.writeFolder(
          out,
          folder ->
              ComponentFolder.writeDeferred(
                  folder,
                  target.type(),
                  target.beside(completed, from, folder),
                  counted,
                  base.map(on -> Base.of(folder, on, target.basePrefix().orElseThrow()))));
      return new Imported(
          conversion.naming(),
          weights.size(),
          weights.values().stream().mapToLong(t -> TensorFile.elements(t.shape())).sum());
    }
  }

  /**
   * Exports a component folder in the form {@code form}; returns the file of the weights.
   *
   * @throws KinetoneException when {@code out} exists, the folder is damaged, or its network does
   *     not have that form
   */
  public Path export(Path folder, String form, Path out) {
    return export(folder, ImportTargets.ofType(ComponentFolder.type(folder)), form, out);
  }

  private <C> Path export(Path folder, ImportTarget<C> target, String form, Path out) {
    requireNew(out);
    C configuration = ComponentFolder.config(folder, target.configurationType());
    Map<String, PublicForm> forms = target.forms(configuration);
    PublicForm chosen = forms.get(form);
    Check.that(
        chosen != null,
        "a %s cannot be exported to '%s', only to: %s",
        target.type(),
        form,
        String.join(", ", new TreeSet<>(forms.keySet())));
    Optional<Base> base = ComponentFolder.base(folder);
    Check.that(
        base.isPresent() || target.basePrefix().isEmpty(),
        "the %s in %s was trained whole and has no parts that stand on another network",
        target.type(),
        folder);
    try (TensorFile source =
        base.isPresent() && target.basePrefix().isPresent()
            ? SafeTensors.open(ComponentFolder.weights(folder))
            : ComponentFolder.open(folder)) {
      Map<String, Deferred> tensors =
          Conversion.find(
                  source,
                  folder.toString(),
                  network(target, configuration),
                  List.of(TensorFile.ROOT),
                  List.of(""),
                  List.of(Naming.same("Kinetone")))
              .tensors();
      Map<String, Deferred> ours = new LinkedHashMap<>(tensors);
      Map<String, Supplier<Tensor>> fixed = target.fixed(configuration);
      ours.replaceAll((name, tensor) -> compared(folder, name, tensor, fixed.get(name)));
      if (halves) {
        ours.replaceAll((name, tensor) -> half(folder, name, tensor));
      }
      Map<String, Deferred> theirs =
          counted(Conversion.layOut(ours, chosen.naming(), chosen.prefix()));
      Optional<Base> named = target.basePrefix().isPresent() ? base : Optional.empty();
      AtomicFile.writeFolder(
          out,
          temporary -> {
            write(temporary, chosen, theirs, named);
            target.beside(configuration, folder, temporary);
            if (named.isPresent()) {
              Files.writeString(
                  temporary.resolve("README.md"), card(target, chosen, theirs, named.get()));
            }
          });
      return out.resolve(chosen.file());
    }
  }

  /** The base that the file says its tensors stand on, if it says one. */
  private static void requireNamed(Path file, Path base) {
    if (!file.toString().endsWith(".safetensors")) {
      return;
    }
    String named = SafeTensors.metadata(file).get(BASE_SHA256);
    String there = ComponentFolder.weightsSha256(base);
    Check.that(
        named == null || named.equals(there),
        "%s stands on weights of SHA-256 %s, but those of %s are %s",
        file,
        named,
        base,
        there);
  }

  private static String card(
      ImportTarget<?> target, PublicForm form, Map<String, Deferred> tensors, Base base) {
    long numbers = tensors.values().stream().mapToLong(t -> TensorFile.elements(t.shape())).sum();
    return String.format(
        Locale.ROOT,
        """
        ---
        library_name: kinetone
        tags: [audio-video-generation, diffusion, adapters]
        ---
        # Parts of a %s

        `%s` holds %,d numbers in %d tensors: what was trained around a frozen network, and nothing of it.
        They mean something on that network alone: its weights have the SHA-256

        `%s`

        (of `model.safetensors` in its Kinetone folder), and `config.json` says its size under `base`.

        ```
        kinetone import %s --as %s --config config.json --base FOLDER-OF-THE-BASE --out FOLDER
        ```
        """,
        target.type(),
        form.file(),
        numbers,
        tensors.size(),
        base.sha256(),
        form.file(),
        target.name());
  }

  private static void write(
      Path folder, PublicForm form, Map<String, Deferred> tensors, Optional<Base> base)
      throws IOException {
    Path file = folder.resolve(form.file());
    if (form.file().endsWith(".safetensors")) {
      Map<String, String> metadata = new TreeMap<>(Map.of("format", "pt"));
      base.ifPresent(b -> metadata.put(BASE_SHA256, b.sha256()));
      SafeTensors.writeDeferred(file, tensors, metadata);
    } else {
      PickleWriter.write(file, form.group(), tensors);
    }
    if (!form.config().isEmpty()) {
      Files.writeString(
          folder.resolve("config.json"), Json.MAPPER.writeValueAsString(form.config()) + "\n");
    }
  }

  /** Names, dtypes and shapes; the network lives only as long as it takes to list them. */
  private static <C> Map<String, TensorFile.Entry> network(
      ImportTarget<C> target, C configuration) {
    try (TensorScope scope = TensorScope.open()) {
      Module module = target.build(configuration);
      Map<String, TensorFile.Entry> network = new LinkedHashMap<>();
      Map<String, Tensor> all = StateDict.of(module);
      target.basePrefix().ifPresent(base -> all.keySet().removeIf(name -> name.startsWith(base)));
      all.forEach(
          (name, tensor) ->
              network.put(
                  name, new TensorFile.Entry(tensor.scalar_type().intern(), tensor.shape())));
      return network;
    }
  }

  /** The configuration of {@code target} that the JSON file {@code file} holds. */
  public static <C> C configuration(Path file, ImportTarget<C> target) {
    return Json.file(file, "configuration", target.configurationType());
  }

  private static Deferred compared(
      Path file, String name, Deferred tensor, Supplier<Tensor> computed) {
    if (computed == null) {
      return tensor;
    }
    return new Deferred(
        tensor.type(),
        tensor.shape(),
        () -> {
          Tensor given = tensor.values().get();
          double error = given.to(ScalarType.Float).sub(computed.get()).abs().max().item_float();
          Check.that(
              error <= FIXED_TOLERANCE,
              "%s: %s is not what this network computes; is it another size of network?",
              file,
              name);
          return given;
        });
  }

  private static Deferred half(Path file, String name, Deferred tensor) {
    return switch (tensor.type()) {
      case Float, Double, BFloat16 ->
          new Deferred(
              ScalarType.Half,
              tensor.shape(),
              () -> {
                Tensor half = tensor.values().get().to(ScalarType.Half);
                Check.that(
                    torch.isfinite(half).all().item_bool(),
                    "%s: %s has numbers beyond the range of float16; import it without --fp16",
                    file,
                    name);
                return half;
              });
      default -> tensor;
    };
  }

  private Map<String, Deferred> counted(Map<String, Deferred> tensors) {
    Map<String, Deferred> result = new LinkedHashMap<>();
    int number = 0;
    for (Map.Entry<String, Deferred> named : tensors.entrySet()) {
      int done = ++number;
      Deferred tensor = named.getValue();
      result.put(
          named.getKey(),
          new Deferred(
              tensor.type(),
              tensor.shape(),
              () -> {
                Tensor values = tensor.values().get();
                listener.at(done, tensors.size());
                return values;
              }));
    }
    return result;
  }

  private static void requireNew(Path out) {
    Check.that(!Files.exists(out), "%s exists already; choose another folder or remove it", out);
  }
}
