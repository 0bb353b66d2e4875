package kinetone.exchange;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.checkpoint.Json;
import kinetone.checkpoint.pickle.PickleWriter;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile.Deferred;
import org.bytedeco.pytorch.Tensor;

/** Files as public code writes them, in {@code folder}, and what is imported from them. */
record Checkpoints(Path folder, Exchange exchange) {
  /** Imports {@code file}, and gives the folder {@code name}. */
  Path imported(TargetCase network, Path file, String name) {
    read(network, file, name);
    return folder.resolve(name);
  }

  /** Imports {@code network} as public code wrote it, and gives the folder {@code name}. */
  Path imported(TargetCase network, String name) {
    return imported(network, written(network, network.original().get()), name);
  }

  /** Imports {@code file} into the folder {@code name}, and gives what its naming is called. */
  String read(TargetCase network, Path file, String name) {
    return exchange
        .importWeights(
            file, ImportTargets.named(network.name()), json(network.config()), folder.resolve(name))
        .naming();
  }

  /** A file for {@code --config}. */
  Path json(Object config) {
    try {
      return Files.writeString(
          folder.resolve("config.json"), Json.MAPPER.writeValueAsString(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file of {@code tensors} as the code of {@code network} writes it. */
  Path written(TargetCase network, Map<String, Tensor> tensors) {
    return written(network.group(), network.prefix(), tensors);
  }

  /** A file of {@code tensors}, their names after {@code prefix}, below {@code group}. */
  Path written(List<String> group, String prefix, Map<String, Tensor> tensors) {
    Path file = folder.resolve("checkpoint.ckpt");
    Map<String, Deferred> deferred = new LinkedHashMap<>();
    tensors.forEach((name, t) -> deferred.put(prefix + name, Deferred.of(t)));
    PickleWriter.write(file, group, deferred);
    return file;
  }

  /** The weights in a component folder. */
  static Map<String, Tensor> stored(Path at) {
    return SafeTensors.read(at.resolve("model.safetensors")).tensors();
  }
}
