package kinetone.text;

import kinetone.common.Check;

/**
 * The size of {@link T5Encoder} (Raffel et al. 2020; version 1.1).
 *
 * @param vocabulary rows of the table of pieces, which may be more than the vocabulary has
 * @param width D
 * @param layers blocks of attention and feed-forward
 * @param heads of attention
 * @param headWidth of each head; heads · headWidth need not be D
 * @param feedForward width within the gated feed-forward layers
 * @param buckets of relative positions, half of them for each direction
 * @param maxDistance tokens beyond which all relative positions are one
 * @param epsilon of the norms
 */
public record T5Config(
    int vocabulary,
    int width,
    int layers,
    int heads,
    int headWidth,
    int feedForward,
    int buckets,
    int maxDistance,
    double epsilon) {
  private static final int LARGEST = 1 << 20;

  /** Checks the ranges. */
  public T5Config {
    Check.within("vocabulary", vocabulary, 4, LARGEST);
    Check.within("width", width, 1, LARGEST);
    Check.within("layers", layers, 1, 1000);
    Check.within("heads", heads, 1, LARGEST);
    Check.within("headWidth", headWidth, 1, LARGEST);
    Check.within("feedForward", feedForward, 1, LARGEST);
    Check.within("buckets", buckets, 4, LARGEST);
    Check.divisible("buckets", buckets, "4", 4);
    Check.within("maxDistance", maxDistance, buckets / 2 + 1, LARGEST);
    Check.that(epsilon > 0 && epsilon < 1, "epsilon = %s, must be between 0 and 1", epsilon);
  }

  /** The encoder of {@code t5-v1_1-xxl}: 4 762 310 656 numbers. */
  public static T5Config xxl() {
    return new T5Config(32_128, 4096, 24, 64, 64, 10_240, 32, 128, 1e-6);
  }

  /** How many numbers the weights are. */
  public long parameters() {
    long inner = (long) heads * headWidth;
    long block = 4 * inner * width + 3L * feedForward * width + 2L * width;
    return (long) vocabulary * width + layers * block + (long) buckets * heads + width;
  }
}
