package kinetone.tensor;

import java.util.Locale;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The number format of matrix products and convolutions; weights and sums stay float32. */
public enum Precision {
  /** Everything in float32. */
  FP32,
  /** Matrix products and convolutions in bfloat16 through {@link Autocast}. */
  BF16,
  /** bfloat16 on GPUs and where the processor was measured to gain by it, float32 elsewhere. */
  AUTO;

  /**
   * The precision called {@code name}: {@code fp32}, {@code bf16} or {@code auto}.
   *
   * @throws KinetoneException for another name
   */
  public static Precision of(String name) {
    for (Precision precision : values()) {
      if (precision.name().toLowerCase(Locale.ROOT).equals(name)) {
        return precision;
      }
    }
    throw KinetoneException.user("precision '%s' is unknown; use fp32, bf16 or auto", name);
  }

  /** {@link #FP32} or {@link #BF16}: what this means on {@code device}. */
  public Precision on(Device device) {
    if (this != AUTO) {
      return this;
    }
    return device.is_cuda() || Bf16Speed.ofCpu().worthIt() ? BF16 : FP32;
  }

  /**
   * What this means for a training on {@code device}: as {@link #on}, but {@link #AUTO} is float32
   * on every CPU. A training that goes on must not come out differently because a measurement did.
   */
  public Precision forTraining(Device device) {
    return this == AUTO && !device.is_cuda() ? FP32 : on(device);
  }

  /** The dtype of matrix products on {@code device}. */
  public ScalarType matmulType(Device device) {
    return on(device) == BF16 ? ScalarType.BFloat16 : ScalarType.Float;
  }
}
