package kinetone.nn.embed;

import static org.bytedeco.pytorch.global.torch.stack;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import kinetone.common.Check;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Rotary positions (Su et al. 2021) in the form of rotary-embedding-torch: the adjacent pair (2i,
 * 2i + 1) of queries and keys at position n turns by n · 10000^(−2i / width).
 */
public final class RotaryPosition {
  private static final double BASE = 10_000;

  private final int width;
  private final Map<Long, Turns> byLength = new ConcurrentHashMap<>();

  private record Turns(DeviceConstant cosines, DeviceConstant sines) {}

  /** For heads of {@code width}, which is even. */
  public RotaryPosition(int width) {
    Check.divisible("width of a head", width, "2", 2);
    this.width = width;
  }

  /** Turns queries or keys (..., N, width), whose positions are 0 to N − 1. */
  public Tensor forward(Tensor x) {
    Turns turns = byLength.computeIfAbsent(x.size(-2), this::turns);
    Device device = x.device();
    ScalarType type = x.scalar_type();
    Tensor cosines = turns.cosines().on(device, type);
    Tensor sines = turns.sines().on(device, type);
    TensorVector pair = x.unflatten(-1, width / 2, 2).unbind(-1);
    Tensor first = pair.get(0).mul(cosines).sub(pair.get(1).mul(sines));
    Tensor second = pair.get(1).mul(cosines).add(pair.get(0).mul(sines));
    return stack(new TensorVector(first, second), -1).flatten(-2, -1);
  }

  private Turns turns(long length) {
    return new Turns(
        new DeviceConstant(() -> table(length, Math::cos)),
        new DeviceConstant(() -> table(length, Math::sin)));
  }

  /** By how much each pair of heads of {@code width} turns from one position to the next. */
  public static float[] frequencies(int width) {
    float[] values = new float[width / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = frequency(i, width);
    }
    return values;
  }

  /** In float32, as the public code has it. */
  private static float frequency(int pair, int width) {
    return (float) (1 / Math.pow(BASE, 2.0 * pair / width));
  }

  /** (length, width / 2). */
  private Tensor table(long length, java.util.function.DoubleUnaryOperator f) {
    int half = width / 2;
    float[] values = new float[Math.toIntExact(length * half)];
    for (int i = 0; i < values.length; i++) {
      float frequency = frequency(i % half, width);
      int position = i / half;
      values[i] = (float) f.applyAsDouble((double) position * frequency);
    }
    return Tensors.of(values, length, half);
  }
}
