package kinetone.codec;

import java.util.List;
import kinetone.tensor.Rng;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Between a signal and its latents. The signals of a {@link VideoCodec} are pictures (B, T, H, W,
 * 3) in [−1, 1], those of an {@link AudioCodec} sound (B, samples) in [−1, 1]; latents are (B,
 * time, ..., C), raw as the encoder gives them ({@link LatentCodec} standardises them for
 * diffusion). Make codecs outside of scopes.
 */
public interface Codec extends AutoCloseable {
  /** The network whose weights are the codec's own. */
  Module module();

  /** All networks at work, {@link #module} first. */
  default List<Module> modules() {
    return List.of(module());
  }

  /** What latents look like and how they lie in time. */
  Layout layout();

  /** Encodes a signal; deterministic (the mean of the posterior where there is one). */
  Tensor encode(Tensor signal);

  /**
   * Decodes raw latents.
   *
   * @param length frames or samples of the result, at most what the latents stand for
   * @param rng draws what the latents leave open, such as first phases; most codecs draw nothing
   */
  Tensor decode(Tensor latent, long length, Rng rng);

  /** Moves all networks to {@code device} and switches dropout and the like off. */
  default void ready(Device device) {
    for (Module module : modules()) {
      module.to(device, false);
      module.eval();
    }
  }

  @Override
  default void close() {
    modules().forEach(Pointer::close);
  }
}
