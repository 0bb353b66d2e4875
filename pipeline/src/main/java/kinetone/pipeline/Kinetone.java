package kinetone.pipeline;

import java.nio.file.Path;
import kinetone.common.KinetoneException;
import kinetone.tensor.Devices;
import kinetone.tensor.Precision;
import org.bytedeco.pytorch.Device;

/** The way in: loads a model folder of any system. */
public final class Kinetone {
  /**
   * How to run a model.
   *
   * @param device cpu, cuda, cuda:1 or auto
   * @param precision of matrix products
   */
  public record Options(String device, Precision precision) {
    /** float32 on the CPU. */
    public static final Options CPU = new Options("cpu", Precision.FP32);
  }

  private Kinetone() {}

  /**
   * Loads the model in {@code folder}. Close it to give its memory back.
   *
   * @throws KinetoneException when the folder is missing, incomplete or damaged
   */
  public static Pipeline load(Path folder, Options options) {
    ModelIndex index = ModelIndex.read(folder);
    Device device = Devices.of(options.device());
    GenerativeSystem system = Systems.named(index.system());
    ModelParts parts = ModelParts.of(system, folder);
    system.requireFit(parts, index);
    return new DiffusionPipeline(
        system, index, system.open(parts, index, device, options.precision()));
  }
}
