package kinetone.tensor;

import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.global.torch;

/** Devices by name: {@code cpu}, {@code cuda}, {@code cuda:1}, or {@code auto}. */
public final class Devices {
  private Devices() {}

  /**
   * The device called {@code name}; {@code auto} takes a GPU when the CUDA build of the engine and
   * a driver are there, and the CPU otherwise.
   *
   * @throws KinetoneException for an unknown name or a GPU that is not there
   */
  public static Device of(String name) {
    Engine.start();
    if (name.equals("auto")) {
      return new Device(cudaAvailable() ? "cuda" : "cpu");
    }
    if (!name.matches("cpu|cuda(:[0-9]{1,3})?")) {
      throw KinetoneException.user("device '%s' is unknown; use cpu, cuda, cuda:1 or auto", name);
    }
    if (name.startsWith("cuda") && !cudaAvailable()) {
      throw KinetoneException.user(
          "device '%s' is not available; build with -Pgpu on a machine with a CUDA 13 driver, or"
              + " use --device cpu",
          name);
    }
    return new Device(name);
  }

  /** Waits until {@code device} has done all that it was asked for; the CPU always has. */
  public static void synchronize(Device device) {
    if (device.is_cuda()) {
      torch.cuda_synchronize();
    }
  }

  /** Whether the CUDA build of the engine is on the class path and finds a GPU. */
  public static boolean cudaAvailable() {
    try {
      Loader.load(org.bytedeco.pytorch.global.torch_cuda.class);
      return torch.cuda_is_available();
    } catch (LinkageError | TypeNotPresentException e) {
      // The CPU build of the engine, or no driver.
      return false;
    }
  }
}
