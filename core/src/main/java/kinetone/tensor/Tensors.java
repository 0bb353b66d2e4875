package kinetone.tensor;

import static org.bytedeco.pytorch.global.torch.from_blob;

import java.util.Arrays;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Conversions between Java arrays and tensors, and constants that would be made anew per call. */
public final class Tensors {
  static {
    Engine.start();
  }

  /** The number one, for {@code x.add(ONE)}. */
  public static final Scalar ONE = detached(new Scalar(1f));

  /** "No tensor" for optional weights and biases. */
  public static final TensorOptional NONE = detached(new TensorOptional());

  private Tensors() {}

  /** A float32 CPU tensor holding a copy of {@code values}. */
  public static Tensor of(float[] values, long... shape) {
    requireSize(values.length, shape);
    Tensor copy;
    try (PointerScope scope = new PointerScope()) {
      // from_blob does not own the memory, clone() does.
      Tensor view = from_blob(new FloatPointer(values), shape, new TensorOptions(ScalarType.Float));
      copy = view.clone();
      copy.retainReference();
    }
    return handOver(copy);
  }

  /** An int64 CPU tensor holding a copy of {@code values}. */
  public static Tensor of(long[] values, long... shape) {
    requireSize(values.length, shape);
    Tensor copy;
    try (PointerScope scope = new PointerScope()) {
      Tensor view = from_blob(new LongPointer(values), shape, new TensorOptions(ScalarType.Long));
      copy = view.clone();
      copy.retainReference();
    }
    return handOver(copy);
  }

  /** The elements in row-major order, whatever the dtype, device and strides. */
  public static float[] toFloats(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = tensor.detach().cpu().to(ScalarType.Float).contiguous();
      float[] values = new float[Math.toIntExact(dense.numel())];
      if (values.length > 0) {
        new FloatPointer(dense.data_ptr_float()).get(values);
      }
      return values;
    }
  }

  /** The elements of an integer tensor in row-major order. */
  public static long[] toLongs(Tensor tensor) {
    try (PointerScope scope = new PointerScope()) {
      Tensor dense = tensor.detach().cpu().to(ScalarType.Long).contiguous();
      long[] values = new long[Math.toIntExact(dense.numel())];
      if (values.length > 0) {
        new LongPointer(dense.data_ptr_long()).get(values);
      }
      return values;
    }
  }

  /** Whether every element is a finite number; integers are. */
  public static boolean isFinite(Tensor tensor) {
    if (!tensor.is_floating_point()) {
      return true;
    }
    try (PointerScope scope = new PointerScope()) {
      Tensor values = tensor.detach();
      // What is not finite makes a sum that is not, in a fifth of the time of looking at each; a
      // sum may also overflow.
      return Float.isFinite(sum(values)) || torch.isfinite(values).all().item_bool();
    }
  }

  private static float sum(Tensor values) {
    return torch.sum(values, new ScalarTypeOptional(ScalarType.Float)).item_float();
  }

  /**
   * Requires the shape {@code expected}, where −1 allows any size.
   *
   * @throws KinetoneException naming {@code name}, the shape it has and the shape it should have
   */
  public static Tensor requireShape(String name, Tensor tensor, long... expected) {
    long[] actual = tensor.shape();
    boolean fits = actual.length == expected.length;
    for (int i = 0; fits && i < actual.length; i++) {
      fits = expected[i] < 0 || expected[i] == actual[i];
    }
    if (!fits) {
      throw KinetoneException.user(
          "%s has shape %s but %s is expected (-1: any size)",
          name, Arrays.toString(actual), Arrays.toString(expected));
    }
    return tensor;
  }

  private static void requireSize(int length, long[] shape) {
    long elements = 1;
    for (long size : shape) {
      elements *= size;
    }
    if (elements != length) {
      throw KinetoneException.internal(
          "%d values do not fill shape %s", length, Arrays.toString(shape));
    }
  }

  /** Moves the one reference the caller holds into the innermost scope, if there is one. */
  private static Tensor handOver(Tensor tensor) {
    PointerScope scope = PointerScope.getInnerScope();
    if (scope != null) {
      scope.attach(tensor);
      tensor.releaseReference();
    }
    return tensor;
  }

  /** A constant must not die with the scope that happens to be open when this class loads. */
  private static <P extends org.bytedeco.javacpp.Pointer> P detached(P pointer) {
    pointer.retainReference();
    return pointer;
  }
}
