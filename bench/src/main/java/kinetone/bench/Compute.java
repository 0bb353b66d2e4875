package kinetone.bench;

import kinetone.diffusion.guidance.Batching;
import kinetone.tensor.Devices;
import kinetone.tensor.Engine;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;

/**
 * Where and how a measurement computes.
 *
 * @param device cpu, cuda, cuda:1 or auto
 * @param precision of matrix products
 * @param batching of the two passes of a guided step
 * @param tf32 whether a GPU may round the factors of float32 products
 */
public record Compute(String device, Precision precision, Batching batching, boolean tf32) {
  /** The CPU in float32. */
  public static final Compute CPU = new Compute("cpu", Precision.FP32, Batching.BY_DEVICE, false);

  /** Whether the two passes of a guided step are one batch there. */
  boolean joins(Device found) {
    return batching == Batching.JOINED || (batching == Batching.BY_DEVICE && found.is_cuda());
  }

  /** The device, which may not be there. */
  Device open() {
    Device found = Devices.of(device);
    Engine.allowTf32(tf32);
    return found;
  }
}
