package kinetone.checkpoint.convert;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kinetone.checkpoint.pickle.PickleFile;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;

/** Opens files of weights of every kind that is read. */
public final class WeightsFiles {
  /** As diffusers and transformers call them; safetensors are preferred. */
  private static final List<String> SAVED =
      List.of(
          "diffusion_pytorch_model.safetensors",
          "model.safetensors",
          "diffusion_pytorch_model.bin",
          "pytorch_model.bin",
          "diffusion_pytorch_model.safetensors" + ShardedFile.ENDING,
          "model.safetensors" + ShardedFile.ENDING,
          "diffusion_pytorch_model.bin" + ShardedFile.ENDING,
          "pytorch_model.bin" + ShardedFile.ENDING);

  private WeightsFiles() {}

  /** Whether the name is that of such a file: .safetensors, .pt, .pth, .ckpt or .bin. */
  public static boolean isNamedSo(Path file) {
    return file.toString().matches("(?i).*\\.(safetensors|pt|pth|ckpt|bin)");
  }

  /**
   * The file of weights that {@code given} is, or holds: the folder of a component as diffusers and
   * transformers save it, or of a pipeline with such a folder.
   *
   * @param parts folders within a pipeline's that are looked into
   * @throws KinetoneException when a folder holds none, or several
   */
  public static Path find(Path given, List<String> parts) {
    if (!Files.isDirectory(given)) {
      return given;
    }
    List<Path> places = new ArrayList<>(parts.stream().map(given::resolve).toList());
    places.add(given);
    for (Path place : places) {
      for (String name : SAVED) {
        if (Files.isRegularFile(place.resolve(name))) {
          return place.resolve(name);
        }
      }
      List<Path> found = Files.isDirectory(place) ? named(place) : List.of();
      if (found.size() == 1) {
        return found.get(0);
      }
      if (found.size() > 1) {
        throw KinetoneException.user(
            "%s holds several files of weights (%s); give the one that is meant",
            place,
            found.stream().map(f -> f.getFileName().toString()).collect(Collectors.joining(", ")));
      }
    }
    throw KinetoneException.user(
        "%s holds no weights; give a file (.safetensors, .pt, .pth, .ckpt, .bin) or a folder that"
            + " diffusers saved",
        given);
  }

  private static List<Path> named(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> isNamedSo(f) && Files.isRegularFile(f)).sorted().toList();
    } catch (IOException e) {
      throw KinetoneException.user(
          e, "cannot read folder %s: %s", folder, e.getClass().getSimpleName());
    }
  }

  /**
   * Opens {@code file}: an index of several files or safetensors by its name, anything else as a
   * checkpoint of PyTorch.
   */
  public static TensorFile open(Path file) {
    InputFile.require(file, "weights file");
    if (file.toString().endsWith(ShardedFile.ENDING)) {
      return new ShardedFile(file);
    }
    return file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".safetensors")
        ? SafeTensors.open(file)
        : new PickleFile(file);
  }
}
