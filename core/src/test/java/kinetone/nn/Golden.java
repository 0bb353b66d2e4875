package kinetone.nn;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.StateDict;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Inputs, weights and expected outputs of one file of {@code goldens}. */
public record Golden(Map<String, Tensor> tensors) {
  /** Relative to the largest expected value; float32 sums in another order differ by 1e-6. */
  public static final double TOLERANCE = 1e-4;

  private static final String WEIGHTS = "weights.";

  /** Reads a file of {@code goldens/dit} into the innermost scope. */
  public static Golden read(String name) {
    return read("dit", name);
  }

  /** Reads a file of {@code goldens/FAMILY} into the innermost scope. */
  public static Golden read(String family, String name) {
    try {
      String resource = "/goldens/%s/%s.safetensors".formatted(family, name);
      Path file = Path.of(Golden.class.getResource(resource).toURI());
      return new Golden(SafeTensors.read(file).tensors());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The tensor called {@code name}. */
  public Tensor get(String name) {
    return tensors.get(name);
  }

  /** The weights of the reference by name; the map is the caller's. */
  public Map<String, Tensor> weights() {
    Map<String, Tensor> result = new LinkedHashMap<>();
    tensors.forEach(
        (name, t) -> {
          if (name.startsWith(WEIGHTS)) {
            result.put(name.substring(WEIGHTS.length()), t);
          }
        });
    return result;
  }

  /** Gives {@code module} the weights of the reference, strictly. */
  public <M extends Module> M fill(M module) {
    StateDict.load("golden", module, weights());
    return module;
  }

  /** Largest difference from the expected tensor over its largest value. */
  public double error(Tensor actual, String expected) {
    Tensor reference = get(expected);
    double scale = reference.abs().max().item_float();
    return actual.detach().sub(reference).abs().max().item_float() / scale;
  }
}
