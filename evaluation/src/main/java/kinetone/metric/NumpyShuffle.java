package kinetone.metric;

import org.apache.commons.math3.random.MersenneTwister;

/**
 * The order of {@code numpy.random.RandomState(seed).permutation(n)}, which protocols name by seed.
 */
final class NumpyShuffle {
  private NumpyShuffle() {}

  static int[] order(int count, int seed) {
    MersenneTwister random = new MersenneTwister(seed);
    int[] order = new int[count];
    for (int i = 0; i < count; i++) {
      order[i] = i;
    }
    for (int i = count - 1; i > 0; i--) {
      int j = upTo(random, i);
      int kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
    return order;
  }

  /** Draws from 0 to {@code largest}: bits that suffice, again until they fit. */
  private static int upTo(MersenneTwister random, int largest) {
    int mask = -1 >>> Integer.numberOfLeadingZeros(largest);
    int drawn;
    do {
      drawn = random.nextInt() & mask;
    } while (drawn > largest);
    return drawn;
  }
}
