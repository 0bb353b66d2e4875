package kinetone.tensor;

import static org.bytedeco.pytorch.global.torch.clear_cache;
import static org.bytedeco.pytorch.global.torch.decrement_nesting;
import static org.bytedeco.pytorch.global.torch.get_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.increment_nesting;
import static org.bytedeco.pytorch.global.torch.is_autocast_enabled;
import static org.bytedeco.pytorch.global.torch.set_autocast_dtype;
import static org.bytedeco.pytorch.global.torch.set_autocast_enabled;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.DeviceType;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Mixed precision on this thread while open: matrix products, convolutions and attention run in
 * bfloat16, everything else in the type of its inputs. Parameters and their gradients stay float32.
 * Wrap the forward pass and the loss, and close before {@code backward}; use with
 * try-with-resources.
 */
public final class Autocast implements AutoCloseable {
  private final DeviceType device;
  private final boolean wasEnabled;
  private final ScalarType previousType;

  private Autocast(DeviceType device, boolean enabled, ScalarType type) {
    this.device = device;
    wasEnabled = is_autocast_enabled(device);
    previousType = get_autocast_dtype(device);
    increment_nesting();
    set_autocast_enabled(device, enabled);
    set_autocast_dtype(device, type);
  }

  /** Opens {@code precision} on {@code device}; {@link Precision#FP32} switches autocast off. */
  public static Autocast open(Device device, Precision precision) {
    Engine.start();
    boolean half = precision.on(device) == Precision.BF16;
    return new Autocast(device.type(), half, ScalarType.BFloat16);
  }

  /**
   * While open on this thread, what {@link #open} casts to bfloat16 is kept for the next time: a
   * loop over a network whose weights do not change casts them once, not at every turn.
   */
  public static Kept keepCasts() {
    Engine.start();
    increment_nesting();
    return () -> {
      if (decrement_nesting() == 0) {
        clear_cache();
      }
    };
  }

  /** Cast weights that are kept until this is closed. */
  public interface Kept extends AutoCloseable {
    @Override
    void close();
  }

  @Override
  public void close() {
    // The cast weights are shared by all calls inside the outermost scope and stale after it.
    if (decrement_nesting() == 0) {
      clear_cache();
    }
    set_autocast_enabled(device, wasEnabled);
    set_autocast_dtype(device, previousType);
  }
}
