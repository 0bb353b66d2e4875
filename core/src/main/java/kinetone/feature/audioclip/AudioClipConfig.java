package kinetone.feature.audioclip;

import java.util.List;
import kinetone.common.Check;

/**
 * The size of {@link AudioClip}.
 *
 * @param stem channels of the first convolution
 * @param planes channels of each level's blocks, a quarter of what leaves them
 * @param blocks of each level
 * @param groups of the convolutions in the middle of blocks
 * @param groupWidth channels of a group where there are 64 planes
 * @param fftLength samples of a transform
 * @param window samples that it sees of them
 * @param hop samples from frame to frame
 * @param features numbers of an embedding
 */
public record AudioClipConfig(
    int stem,
    List<Integer> planes,
    List<Integer> blocks,
    int groups,
    int groupWidth,
    int fftLength,
    int window,
    int hop,
    int features) {
  /** How many times wider a block's output is than its planes. */
  static final int EXPANSION = 4;

  private static final int LEVELS = 4;
  private static final int MOST = 1 << 14;

  /** As published: ESResNeXt-fbsp with attention. */
  public static final AudioClipConfig PUBLIC =
      new AudioClipConfig(
          64, List.of(64, 128, 256, 512), List.of(3, 4, 6, 3), 32, 4, 2048, 1654, 561, 1024);

  /** Checks the ranges. */
  public AudioClipConfig {
    Check.within("stem", stem, 1, MOST);
    Check.that(planes != null && planes.size() == LEVELS, "planes must have %d numbers", LEVELS);
    Check.that(blocks != null && blocks.size() == LEVELS, "blocks must have %d numbers", LEVELS);
    planes = List.copyOf(planes);
    blocks = List.copyOf(blocks);
    Check.within("groups", groups, 1, MOST);
    Check.within("groupWidth", groupWidth, 1, MOST);
    for (int level = 0; level < LEVELS; level++) {
      Check.within("planes", planes.get(level), 1, MOST);
      Check.within("blocks", blocks.get(level), 1, 256);
      Check.that(
          planes.get(level) * groupWidth >= 64,
          "planes = %d, too few for groupWidth = %d",
          planes.get(level),
          groupWidth);
    }
    Check.within("fftLength", fftLength, 4, MOST);
    Check.within("window", window, 1, fftLength);
    Check.within("hop", hop, 1, MOST);
    Check.within("features", features, 1, MOST);
  }

  /** Channels in the middle of a level's blocks. */
  int width(int level) {
    return planes.get(level) * groupWidth / 64 * groups;
  }

  /** Channels that leave a level. */
  int channels(int level) {
    return EXPANSION * planes.get(level);
  }

  /** Bins from 0 Hz to half the sample rate. */
  int bins() {
    return fftLength / 2 + 1;
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long total = 3L * bins() + 3L * 49 * stem + 2L * stem;
    long in = stem;
    for (int level = 0; level < LEVELS; level++) {
      long out = channels(level);
      total += attention(in, out, AudioClip.kernel(level));
      long w = width(level);
      for (int block = 0; block < blocks.get(level); block++) {
        total += in * w + 9 * w * w / groups + w * out + 4 * w + 2 * out;
        total += block == 0 ? in * out + 2 * out : 0;
        in = out;
      }
    }
    return total + attention(in, in, new int[] {3, 5}) + (in + 1) * features;
  }

  private static long attention(long in, long out, int[] kernel) {
    return (long) kernel[0] * kernel[1] * in + in + in * out + 3 * out;
  }
}
