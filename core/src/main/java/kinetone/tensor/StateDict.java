package kinetone.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.StringTensorDict;
import org.bytedeco.pytorch.StringTensorDictItem;
import org.bytedeco.pytorch.Tensor;

/** Parameters and buffers of a module by PyTorch's dotted names, and strict loading. */
public final class StateDict {
  private StateDict() {}

  /** The parameters, in registration order; the tensors are the module's own, not copies. */
  public static Map<String, Tensor> parameters(Module module) {
    Map<String, Tensor> result = new LinkedHashMap<>();
    collect(module.named_parameters(), result);
    return result;
  }

  /** Parameters followed by buffers; the tensors are the module's own, not copies. */
  public static Map<String, Tensor> of(Module module) {
    Map<String, Tensor> result = parameters(module);
    collect(module.named_buffers(), result);
    return result;
  }

  /**
   * What training changes: the parameters that require gradients, followed by the buffers, without
   * those of frozen parts. A buffer is of a frozen part when the innermost module around it that
   * has parameters has none that require gradients. When nothing is frozen this is {@link #of}. The
   * tensors are the module's own, not copies.
   */
  public static Map<String, Tensor> trained(Module module) {
    Map<String, Tensor> parameters = parameters(module);
    Map<String, Tensor> result = new LinkedHashMap<>(parameters);
    result.values().removeIf(parameter -> !parameter.requires_grad());
    if (result.size() == parameters.size()) {
      return of(module);
    }
    Map<String, Tensor> buffers = new LinkedHashMap<>();
    collect(module.named_buffers(), buffers);
    buffers.forEach(
        (name, buffer) -> {
          if (!isFrozen(name, parameters)) {
            result.put(name, buffer);
          }
        });
    return result;
  }

  /** The rest of {@link #of}: what training leaves as it is. */
  public static Map<String, Tensor> frozen(Module module) {
    Map<String, Tensor> result = of(module);
    result.keySet().removeAll(trained(module).keySet());
    return result;
  }

  private static boolean isFrozen(String buffer, Map<String, Tensor> parameters) {
    String around = buffer;
    while (!around.isEmpty()) {
      int dot = around.lastIndexOf('.');
      around = dot < 0 ? "" : around.substring(0, dot);
      String prefix = around.isEmpty() ? "" : around + ".";
      List<Tensor> inside =
          parameters.entrySet().stream()
              .filter(parameter -> parameter.getKey().startsWith(prefix))
              .map(Map.Entry::getValue)
              .toList();
      if (!inside.isEmpty()) {
        return inside.stream().noneMatch(Tensor::requires_grad);
      }
    }
    return false;
  }

  /** The number of trainable elements. */
  public static long parameterCount(Module module) {
    try (PointerScope scope = new PointerScope()) {
      return parameters(module).values().stream().mapToLong(Tensor::numel).sum();
    }
  }

  /**
   * Copies {@code source} into {@code module}; dtypes are converted.
   *
   * @param what names the weights in the error, for example the file
   * @throws KinetoneException naming every missing, unexpected and mis-shaped tensor; the module is
   *     then unchanged
   */
  public static void load(String what, Module module, Map<String, Tensor> source) {
    try (PointerScope scope = new PointerScope()) {
      load(what, of(module), held(source));
    }
  }

  /**
   * As {@link #load} from tensors that are read one after another, so that there is never more than
   * one of them beside the module's own. Names and shapes are checked before anything is changed; a
   * tensor that then cannot be read leaves the module with a part of the weights.
   */
  public static void loadDeferred(
      String what, Module module, Map<String, TensorFile.Deferred> source) {
    try (PointerScope scope = new PointerScope()) {
      load(what, of(module), source);
    }
  }

  private static Map<String, TensorFile.Deferred> held(Map<String, Tensor> tensors) {
    Map<String, TensorFile.Deferred> held = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> held.put(name, TensorFile.Deferred.of(tensor)));
    return held;
  }

  /**
   * As {@link #load}, for what training changes only ({@link #trained}): {@code source} holds
   * exactly that, and frozen parts stay as they are.
   */
  public static void loadTrained(String what, Module module, Map<String, Tensor> source) {
    try (PointerScope scope = new PointerScope()) {
      load(what, trained(module), held(source));
    }
  }

  private static void load(
      String what, Map<String, Tensor> target, Map<String, TensorFile.Deferred> source) {
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      List<String> faults = new ArrayList<>();
      target.forEach(
          (name, tensor) -> {
            TensorFile.Deferred given = source.get(name);
            if (given == null) {
              faults.add("missing " + name);
            } else if (!Arrays.equals(given.shape(), tensor.shape())) {
              faults.add(
                  name
                      + " has shape "
                      + Arrays.toString(given.shape())
                      + ", expected "
                      + Arrays.toString(tensor.shape()));
            }
          });
      source.keySet().stream()
          .filter(name -> !target.containsKey(name))
          .forEach(name -> faults.add("unexpected " + name));
      if (!faults.isEmpty()) {
        String more = faults.size() > 5 ? " and " + (faults.size() - 5) + " more" : "";
        throw KinetoneException.user(
            "weights %s do not fit the model: %s%s",
            what, String.join("; ", faults.subList(0, Math.min(5, faults.size()))), more);
      }
      target.forEach(
          (name, tensor) -> {
            try (PointerScope one = new PointerScope()) {
              tensor.copy_(source.get(name).values().get());
            }
          });
    }
  }

  private static void collect(StringTensorDict dict, Map<String, Tensor> into) {
    for (long i = 0; i < dict.size(); i++) {
      StringTensorDictItem item = dict.get(i);
      // An element is a view into the dict; the copy holds its own reference to the tensor.
      into.put(item.key().getString(), new Tensor(item.value()));
    }
  }
}
