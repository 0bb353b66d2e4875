package kinetone.tensor;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.randint;

import java.util.List;
import java.util.stream.LongStream;
import org.bytedeco.pytorch.GeneratorOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** What is asked of an {@link Rng}; equal ones change its state alike. */
public sealed interface Draw {
  /**
   * Float32 values of the standard normal distribution.
   *
   * @param shape sizes of all axes
   */
  record Normal(List<Long> shape) implements Draw {
    @Override
    public Tensor from(GeneratorOptional generator) {
      return empty(Draw.sizes(shape)).normal_(0, 1, generator);
    }
  }

  /**
   * Float32 values, uniform in [0, 1).
   *
   * @param shape sizes of all axes
   */
  record Uniform(List<Long> shape) implements Draw {
    @Override
    public Tensor from(GeneratorOptional generator) {
      return empty(Draw.sizes(shape)).uniform_(0, 1, generator);
    }
  }

  /**
   * Int64 values, uniform in [{@code low}, {@code high}).
   *
   * @param low the smallest
   * @param high one above the largest
   * @param shape sizes of all axes
   */
  record Integers(long low, long high, List<Long> shape) implements Draw {
    @Override
    public Tensor from(GeneratorOptional generator) {
      return randint(high - low, Draw.sizes(shape), generator).add(new Scalar(low));
    }
  }

  /** The next values of {@code generator}. */
  Tensor from(GeneratorOptional generator);

  /** A shape that can be compared. */
  static List<Long> shape(long... sizes) {
    return LongStream.of(sizes).boxed().toList();
  }

  private static long[] sizes(List<Long> shape) {
    return shape.stream().mapToLong(Long::longValue).toArray();
  }
}
