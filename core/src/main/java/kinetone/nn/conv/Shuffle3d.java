package kinetone.nn.conv;

import org.bytedeco.pytorch.Tensor;

/**
 * Rearrangements between space or time and channels (Shi et al. 2016) of channels-last activations
 * (B, C, T, H, W).
 */
public final class Shuffle3d {
  private Shuffle3d() {}

  /** (B, C, T, H, W) to (B, p²·C, T, H/p, W/p); channel order (row, column, C). */
  public static Tensor spaceToDepth(Tensor x, long p) {
    if (p == 1) {
      return x;
    }
    long[] s = x.shape();
    return x.permute(0, 2, 3, 4, 1)
        .reshape(s[0], s[2], s[3] / p, p, s[4] / p, p, s[1])
        .permute(0, 1, 2, 4, 3, 5, 6)
        .reshape(s[0], s[2], s[3] / p, s[4] / p, p * p * s[1])
        .permute(0, 4, 1, 2, 3);
  }

  /**
   * (B, q·p²·C, T, H, W) to (B, C, q·T, p·H, p·W); channel order (frame, row, column, C).
   *
   * @param q factor in time
   * @param p factor in height and width
   */
  public static Tensor depthToSpace(Tensor x, long q, long p) {
    if (p == 1 && q == 1) {
      return x;
    }
    long[] s = x.shape();
    long channels = s[1] / (q * p * p);
    return x.permute(0, 2, 3, 4, 1)
        .reshape(s[0], s[2], s[3], s[4], q, p, p, channels)
        .permute(0, 1, 4, 2, 5, 3, 6, 7)
        .reshape(s[0], s[2] * q, s[3] * p, s[4] * p, channels)
        .permute(0, 4, 1, 2, 3);
  }

  /** (B, C·q, T, H, W) to (B, C, q·T, H, W); channel order (C, frame). */
  public static Tensor channelsToTime(Tensor x, long q) {
    long[] s = x.shape();
    long channels = s[1] / q;
    return x.permute(0, 2, 3, 4, 1)
        .reshape(s[0], s[2], s[3], s[4], channels, q)
        .permute(0, 1, 5, 2, 3, 4)
        .reshape(s[0], s[2] * q, s[3], s[4], channels)
        .permute(0, 4, 1, 2, 3);
  }
}
