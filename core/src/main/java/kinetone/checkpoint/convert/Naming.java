package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The names that a family of public files has for the tensors of one network. */
public interface Naming {
  /**
   * A tensor that files of this naming hold although it follows from the configuration or means
   * nothing. Reading compares it when {@code checked}, and drops it; writing adds it.
   */
  record Constant(
      String name, ScalarType type, long[] shape, boolean checked, Supplier<Tensor> values) {}

  /** What people call it. */
  String label();

  /**
   * Where a file keeps Kinetone's tensor {@code name}; empty when it does not, because the tensor
   * follows from the configuration.
   */
  Optional<Layout> layout(String name, long[] shape);

  /** What else a file may hold of a network whose tensors are {@code network}. */
  default List<Constant> constants(Map<String, TensorFile.Entry> network) {
    return List.of();
  }

  /** Whether a tensor of the file belongs to another network that such files hold too. */
  default boolean isOfAnother(String name) {
    return false;
  }

  /** Kinetone's own names, which for most networks are those of the original code. */
  static Naming same(String label) {
    return new Naming() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public Optional<Layout> layout(String name, long[] shape) {
        return Optional.of(new Layout.Renamed(name, shape));
      }
    };
  }

  /**
   * The names of a network that is a part of this one.
   *
   * @param prefix what stands before the part's names here
   */
  static Naming ofPart(String label, String prefix) {
    return new Naming() {
      @Override
      public String label() {
        return label;
      }

      @Override
      public Optional<Layout> layout(String name, long[] shape) {
        return name.startsWith(prefix)
            ? Optional.of(new Layout.Renamed(name.substring(prefix.length()), shape))
            : Optional.empty();
      }
    };
  }
}
