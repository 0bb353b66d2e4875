package kinetone.latent.opensora;

import kinetone.nn.conv.CausalConv3d;
import kinetone.nn.conv.CausalConv3d.Kernel;
import kinetone.nn.conv.History;
import kinetone.nn.conv.TimePadding;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** A causal convolution of a chunk, zeros before it; public files have a level of names more. */
final class TimeConv extends Module {
  private final CausalConv3d conv;

  private TimeConv(int in, int out, Kernel kernel, boolean biased, Rng rng) {
    super("CausalConv3d");
    conv =
        register_module("conv", new CausalConv3d(in, out, kernel, TimePadding.ZEROS, biased, rng));
  }

  /** A cube of side {@code size}. */
  static TimeConv cube(int in, int out, int size, Rng rng) {
    return new TimeConv(in, out, Kernel.cube(size), true, rng);
  }

  static TimeConv unbiased(int in, int out, int size, Rng rng) {
    return new TimeConv(in, out, Kernel.cube(size), false, rng);
  }

  /** 2k frames to k. */
  static TimeConv halving(int in, int out, Rng rng) {
    return new TimeConv(in, out, Kernel.wholeSteps(3, 2), true, rng);
  }

  /** (B, in, T, H, W) to (B, out, T', H, W). */
  Tensor forward(Tensor x) {
    return conv.forward(x, History.none());
  }
}
