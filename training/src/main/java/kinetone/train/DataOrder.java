package kinetone.train;

import kinetone.common.Check;

/**
 * Which example comes at which position: every epoch visits each example once, in an order that
 * depends only on the seed and the epoch. Nothing is stored, so a resumed run needs only its step.
 *
 * <p>The order is a Feistel network over 2k bits, walked until it falls below {@code size} ("cycle
 * walking"; Black, Rogaway 2002, "Ciphers with arbitrary finite domains", section 4).
 *
 * @param size number of examples
 * @param seed chooses the orders
 */
public record DataOrder(long size, long seed) {
  private static final int ROUNDS = 6;

  /** Checks the size. */
  public DataOrder {
    Check.that(size >= 1, "examples = %d, must be at least 1", size);
  }

  /** The example at {@code position} (from 0) of the endless sequence of epochs. */
  public long index(long position) {
    return index(position / size, position % size);
  }

  /** The examples of batch {@code number} (from 0) of {@code batch} examples each. */
  public long[] batch(long number, int batch) {
    long[] indices = new long[batch];
    for (int i = 0; i < batch; i++) {
      indices[i] = index(number * batch + i);
    }
    return indices;
  }

  /** The example at {@code position} in [0, size) of {@code epoch}. */
  public long index(long epoch, long position) {
    int half = Math.max(1, (65 - Long.numberOfLeadingZeros(size - 1)) / 2);
    long key = mix(mix(seed) ^ mix(epoch + 0x9E3779B97F4A7C15L));
    long value = position;
    do {
      value = permute(value, half, key);
    } while (value >= size);
    return value;
  }

  /** A bijection of the numbers below 2^(2 half). */
  private static long permute(long value, int half, long key) {
    long mask = (1L << half) - 1;
    long left = value >>> half;
    long right = value & mask;
    for (int round = 0; round < ROUNDS; round++) {
      long next = left ^ (mix(right + key + round * 0xD1B54A32D192ED03L) & mask);
      left = right;
      right = next;
    }
    return (left << half) | right;
  }

  /** SplitMix64 finaliser (Steele, Lea, Flood 2014). */
  private static long mix(long z) {
    z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
    z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
    return z ^ (z >>> 31);
  }
}
