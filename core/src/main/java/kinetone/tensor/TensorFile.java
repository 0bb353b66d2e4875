package kinetone.tensor;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * An open file of named tensors. Opening reads and checks what the file says about them; their
 * numbers are read one tensor at a time, so that a file may be larger than memory.
 */
public interface TensorFile extends AutoCloseable {
  /** The name of the group of tensors that belong to no other. */
  String ROOT = "";

  /** No network has tensors of more axes; libtorch itself stops at 64. */
  int MAX_AXES = 16;

  /** What a file says about a tensor. */
  record Entry(ScalarType type, long[] shape) {
    /** Bytes of the numbers. */
    public long bytes() {
      return Arrays.stream(shape).reduce(torch.elementSize(type), (a, b) -> a * b);
    }
  }

  /** A tensor that is made when it is written. */
  record Deferred(ScalarType type, long[] shape, Supplier<Tensor> values) {
    /** One that is in memory already. */
    public static Deferred of(Tensor tensor) {
      return new Deferred(tensor.scalar_type().intern(), tensor.shape(), () -> tensor);
    }
  }

  /**
   * Tensors by group and name, in file order. Plain files have the one group {@link #ROOT};
   * checkpoints of trainers have several, such as {@code ema} and {@code model}.
   */
  Map<String, Map<String, Entry>> groups();

  /**
   * Reads one tensor into the innermost scope, contiguous and on the CPU.
   *
   * @throws KinetoneException when the file has become unreadable
   */
  Tensor read(String group, String name);

  @Override
  void close();

  /** Text out of a file as it may stand in a line for people: short and without control codes. */
  static String printable(String text) {
    String line =
        text.codePoints()
            .limit(120)
            .collect(
                StringBuilder::new,
                (to, c) ->
                    to.appendCodePoint(
                        Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                            ? '?'
                            : c),
                StringBuilder::append)
            .toString();
    return line.length() < text.length() ? line + "..." : line;
  }

  /**
   * Elements of a tensor of this shape.
   *
   * @throws ArithmeticException when the shape has a negative size or more elements or steps than
   *     64 bits can count, or more than {@link #MAX_AXES} axes
   */
  static long elements(long[] shape) {
    long elements = 1;
    // An axis of size 0 makes the tensor empty, but its strides are still products of the others.
    long steps = 1;
    for (long size : shape) {
      if (size < 0 || shape.length > MAX_AXES) {
        throw new ArithmeticException("impossible shape");
      }
      elements = Math.multiplyExact(elements, size);
      steps = Math.multiplyExact(steps, Math.max(1, size));
    }
    Math.multiplyExact(steps, 16);
    return elements;
  }
}
