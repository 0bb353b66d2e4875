package kinetone.tensor;

import java.lang.ref.Cleaner;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Numbers that never change, on every device and in every type that asked for them: copied there
 * once, not at every use. A copy in the middle of a step makes the processor wait for the GPU. The
 * tensors live as long as this object is reachable; who gets one does not own it and changes
 * nothing in it.
 */
public final class DeviceConstant {
  private static final Cleaner CLEANER = Cleaner.create();

  private final Supplier<Tensor> values;
  private final Map<Place, Tensor> copies = new ConcurrentHashMap<>();

  private record Place(String device, ScalarType type) {}

  /** Constants that {@code values} makes on the CPU, at most once for each place. */
  public DeviceConstant(Supplier<Tensor> values) {
    this.values = values;
    Map<Place, Tensor> mine = copies;
    CLEANER.register(this, () -> mine.values().forEach(Tensor::releaseReference));
  }

  /** A vector. */
  public static DeviceConstant of(float[] values) {
    float[] kept = values.clone();
    return new DeviceConstant(() -> Tensors.of(kept, kept.length));
  }

  /** The constants on {@code device} as {@code type}. */
  public Tensor on(Device device, ScalarType type) {
    String name = device.is_cpu() ? "cpu" : "%s:%d".formatted(device.type(), device.index());
    // What tensors answer of their type is a new object each time, equal to nothing.
    ScalarType one = type.intern();
    return copies.computeIfAbsent(new Place(name, one), place -> made(device, one));
  }

  /** The constants where {@code like} is, in its type. */
  public Tensor like(Tensor like) {
    return on(like.device(), like.scalar_type());
  }

  private Tensor made(Device device, ScalarType type) {
    // Not in anybody's scope: it outlives the step that asks first.
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor copy = values.get().to(device, type);
      copy.retainReference();
      return copy;
    }
  }
}
