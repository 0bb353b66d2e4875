package kinetone.train;

import static org.bytedeco.pytorch.global.torch.compile;

import java.util.Collection;
import kinetone.tensor.Engine;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Dispatcher;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorList;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * ATen operations on whole lists of tensors, called by name: the presets leave out operations whose
 * names start with an underscore. One call in place of hundreds matters on a GPU, where each small
 * operation costs a kernel launch.
 */
final class TensorLists {
  // Only TorchScript can make a List[Tensor] value; pushing into a generic list crashes the VM.
  private static final CompilationUnit UNIT;
  private static final Function SINGLETON;
  private static final IValue SAMPLE;

  static {
    Engine.start();
    try (PointerScope scope = new PointerScope()) {
      UNIT = compile("def singleton(t: Tensor) -> List[Tensor]:\n    return [t]\n");
      SINGLETON = UNIT.get_function(new QualifiedName("singleton"));
      SAMPLE = new IValue(torch.zeros(1));
      UNIT.retainReference();
      SINGLETON.retainReference();
      SAMPLE.retainReference();
    }
  }

  private TensorLists() {}

  /** The tensors as one argument; owned by the innermost scope. */
  static IValue list(Collection<Tensor> tensors) {
    IValue value = SINGLETON.apply(new IValueVector(SAMPLE));
    TensorList list = value.toTensorList();
    list.clear();
    for (Tensor tensor : tensors) {
      list.push_back(tensor);
    }
    return value;
  }

  /** The tensors as an argument that outlives scopes; the caller releases it. */
  static IValue retained(Collection<Tensor> tensors) {
    try (PointerScope scope = new PointerScope()) {
      IValue value = list(tensors);
      value.retainReference();
      return value;
    }
  }

  /** Calls {@code aten::name.overload}; the results stay on the returned stack. */
  static IValueVector call(String name, String overload, IValue... arguments) {
    IValueVector stack = new IValueVector(arguments);
    Dispatcher.singleton().findSchemaOrThrow("aten::" + name, overload).callBoxed(stack);
    return stack;
  }

  /** The Euclidean norm over all elements of all tensors: a scalar on their device. */
  static Tensor norm(Collection<Tensor> tensors) {
    TensorVector norms =
        call("_foreach_norm", "Scalar", list(tensors), new IValue(2.0), new IValue())
            .get(0)
            .toTensorVector();
    return torch.linalg_vector_norm(torch.stack(norms));
  }

  /** Multiplies every tensor in place. */
  static void scale(Collection<Tensor> tensors, double factor) {
    call("_foreach_mul_", "Scalar", list(tensors), new IValue(factor));
  }

  /** {@code targets += weight (sources − targets)}. */
  static void lerp(IValue targets, IValue sources, double weight) {
    call("_foreach_lerp_", "Scalar", targets, sources, new IValue(weight));
  }
}
