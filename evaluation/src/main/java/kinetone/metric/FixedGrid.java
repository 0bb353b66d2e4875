package kinetone.metric;

import java.util.stream.IntStream;
import kinetone.common.Check;

/**
 * A null for onsets: as many instants as were found, but evenly spaced over the clip. What it
 * scores is what a number of onsets is worth without any knowledge of when they come. Sound of
 * another picture ({@code shuffled}) is a weaker null, since onsets of one clip come in clusters.
 */
public final class FixedGrid {
  private FixedGrid() {}

  /**
   * The instants (k + ½) · seconds / count for k from 0 to {@code count − 1}.
   *
   * @param seconds length of the clip
   */
  public static double[] onsets(int count, double seconds) {
    Check.atLeast("onsets", count, 0);
    return IntStream.range(0, count).mapToDouble(k -> (k + 0.5) * seconds / count).toArray();
  }
}
