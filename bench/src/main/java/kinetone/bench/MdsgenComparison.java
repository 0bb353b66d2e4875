package kinetone.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import kinetone.common.Check;
import kinetone.tensor.SafeTensors;
import org.bytedeco.pytorch.Tensor;

/**
 * A folder that another program shares with us, so that both do the same work. It gives {@code
 * weights.safetensors}, named as in the released code, and {@code start.safetensors} with {@code
 * noise} (1, length, frequencies, channels) and {@code features} (1, frames, width); we leave
 * {@code latents.safetensors}, what came of the noise.
 *
 * @param folder its path
 */
record MdsgenComparison(Path folder) {
  private static final String WEIGHTS = "weights.safetensors";
  private static final String START = "start.safetensors";

  /** Requires that weights and start are there. */
  MdsgenComparison {
    for (String file : new String[] {WEIGHTS, START}) {
      Check.that(
          Files.isRegularFile(folder.resolve(file)),
          "nothing to compare: %s has no %s",
          folder,
          file);
    }
  }

  Path weights() {
    return folder.resolve(WEIGHTS);
  }

  Map<String, Tensor> start() {
    return SafeTensors.read(folder.resolve(START)).tensors();
  }

  void write(Tensor latents) {
    SafeTensors.write(folder.resolve("latents.safetensors"), Map.of("latents", latents), Map.of());
  }
}
