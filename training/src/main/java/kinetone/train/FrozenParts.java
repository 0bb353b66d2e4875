package kinetone.train;

import java.util.Map;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorHash;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.SharedModuleVector;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** The parts of a network that training leaves as they are: no parameter requires gradients. */
final class FrozenParts {
  private FrozenParts() {}

  /** SHA-256 of the frozen tensors; null when nothing is frozen. */
  static String sha256(Module module) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> frozen = StateDict.frozen(module);
      return frozen.isEmpty() ? null : TensorHash.sha256(frozen);
    }
  }

  /**
   * Switches dropout and the like on, but not in frozen parts: their batch norms would otherwise
   * change their statistics, which are not in checkpoints.
   */
  static void train(Module module) {
    module.train(true);
    try (PointerScope scope = new PointerScope()) {
      if (!isAnyFrozen(module.parameters(true))) {
        return;
      }
      SharedModuleVector modules = module.modules(true);
      for (long i = 0; i < modules.size(); i++) {
        TensorVector parameters = modules.get(i).parameters(true);
        if (!parameters.empty() && areAllFrozen(parameters)) {
          modules.get(i).eval();
        }
      }
    }
  }

  private static boolean isAnyFrozen(TensorVector parameters) {
    for (long i = 0; i < parameters.size(); i++) {
      if (!parameters.get(i).requires_grad()) {
        return true;
      }
    }
    return false;
  }

  private static boolean areAllFrozen(TensorVector parameters) {
    for (long i = 0; i < parameters.size(); i++) {
      if (parameters.get(i).requires_grad()) {
        return false;
      }
    }
    return true;
  }
}
