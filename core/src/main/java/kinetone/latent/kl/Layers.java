package kinetone.latent.kl;

import kinetone.nn.GroupNorm;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;

/** The layers all parts of the network are made of. */
final class Layers {
  /** Not PyTorch's default of 1e-5. */
  private static final double EPSILON = 1e-6;

  private Layers() {}

  static GroupNorm norm(int channels, AutoencoderKlConfig config) {
    return new GroupNorm(channels, config.groups(), EPSILON);
  }

  /** 3 × 3. */
  static SameConv2d conv(int in, int out, Rng rng) {
    return new SameConv2d(in, out, 3, 1, 1, rng);
  }

  /** 1 × 1. */
  static SameConv2d point(int in, int out, Rng rng) {
    return new SameConv2d(in, out, 1, 1, 1, rng);
  }
}
