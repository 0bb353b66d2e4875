package kinetone.checkpoint.convert;

import java.nio.file.Path;
import kinetone.checkpoint.pickle.PickleFile;
import kinetone.common.InputFile;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;

/** Opens files of weights of every kind that is read. */
public final class WeightsFiles {
  private WeightsFiles() {}

  /** Whether the name is that of such a file: .safetensors, .pt, .pth, .ckpt or .bin. */
  public static boolean isNamedSo(Path file) {
    return file.toString().matches("(?i).*\\.(safetensors|pt|pth|ckpt|bin)");
  }

  /** Opens {@code file}: safetensors by its name, anything else as a checkpoint of PyTorch. */
  public static TensorFile open(Path file) {
    InputFile.require(file, "weights file");
    return file.toString().toLowerCase(java.util.Locale.ROOT).endsWith(".safetensors")
        ? SafeTensors.open(file)
        : new PickleFile(file);
  }
}
