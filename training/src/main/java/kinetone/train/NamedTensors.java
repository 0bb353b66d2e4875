package kinetone.train;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Strict copying between tensors of equal names. */
final class NamedTensors {
  private NamedTensors() {}

  /**
   * Copies {@code source} into {@code target}.
   *
   * @throws KinetoneException when names or shapes differ; nothing is then changed
   */
  static void copy(String what, Map<String, Tensor> source, Map<String, Tensor> target) {
    List<String> faults = new ArrayList<>();
    target.forEach(
        (name, tensor) -> {
          Tensor given = source.get(name);
          if (given == null) {
            faults.add("missing " + name);
          } else if (!Arrays.equals(given.shape(), tensor.shape())) {
            faults.add("another shape for " + name);
          }
        });
    source.keySet().stream()
        .filter(name -> !target.containsKey(name))
        .forEach(name -> faults.add("unexpected " + name));
    if (!faults.isEmpty()) {
      throw KinetoneException.user(
          "%s does not fit what is trained: %s (%d faults); resume with the configuration of that"
              + " run or start in another folder",
          what, faults.get(0), faults.size());
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      target.forEach((name, tensor) -> tensor.copy_(source.get(name)));
    }
  }
}
