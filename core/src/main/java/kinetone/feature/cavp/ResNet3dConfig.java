package kinetone.feature.cavp;

import java.util.List;
import kinetone.common.Check;

/**
 * The size of {@link ResNet3d}, a SlowOnly network (Feichtenhofer et al. 2019): time is never
 * pooled.
 *
 * @param channels of the stem; stage i (from 0) has {@code channels} · 2^i inner and four times as
 *     many outer channels
 * @param blocks residual blocks per stage; every stage but the first halves height and width
 * @param temporal whether the blocks of a stage see their neighbours in time (3×1×1 kernels)
 * @param stemTime frames that the first kernel covers, odd
 * @param stemSpace pixels that the first kernel covers, odd
 * @param stemPool whether a maximum over 3×3 pixels halves the resolution after the stem
 */
public record ResNet3dConfig(
    int channels,
    List<Integer> blocks,
    List<Boolean> temporal,
    int stemTime,
    int stemSpace,
    boolean stemPool) {
  /** Outer over inner channels of a bottleneck. */
  static final int EXPANSION = 4;

  /** Checks the ranges. */
  public ResNet3dConfig {
    Check.atLeast("video.channels", channels, 1);
    blocks = List.copyOf(blocks);
    temporal = List.copyOf(temporal);
    Check.that(!blocks.isEmpty(), "video.blocks is empty");
    blocks.forEach(count -> Check.atLeast("video.blocks", count, 1));
    Check.that(
        blocks.size() == temporal.size(),
        "video.temporal has %d entries but video.blocks %d",
        temporal.size(),
        blocks.size());
    Check.that(stemTime > 0 && stemTime % 2 == 1, "video.stemTime = %d, must be odd", stemTime);
    Check.that(stemSpace > 0 && stemSpace % 2 == 1, "video.stemSpace = %d, must be odd", stemSpace);
  }

  /** Channels between the convolutions of stage {@code i}. */
  int inner(int i) {
    return channels << i;
  }

  /** Channels after stage {@code i}. */
  int outer(int i) {
    return EXPANSION * inner(i);
  }

  /** Channels of the last stage. */
  public int features() {
    return outer(blocks.size() - 1);
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long total = normalised(3L * stemTime * stemSpace * stemSpace, channels);
    long in = channels;
    for (int i = 0; i < blocks.size(); i++) {
      for (int j = 0; j < blocks.get(i); j++) {
        long before = j == 0 ? in : outer(i);
        total += normalised(before * (temporal.get(i) ? 3 : 1), inner(i));
        total += normalised(9L * inner(i), inner(i));
        total += normalised(inner(i), outer(i));
      }
      total += i > 0 || in != outer(i) ? normalised(in, outer(i)) : 0;
      in = outer(i);
    }
    return total;
  }

  /** A convolution without bias, {@code fanIn} numbers per channel, and its normalisation. */
  private static long normalised(long fanIn, long out) {
    return fanIn * out + 2 * out;
  }
}
