package kinetone.feature.clap;

import kinetone.common.Check;

/**
 * The size of {@link ClapText}, and which vocabulary it was trained with.
 *
 * @param vocabulary tokens that it knows
 * @param positions of the table of positions; the first two are not for tokens
 * @param width of the tokens
 * @param layers of the encoder
 * @param heads of the attention
 * @param hidden width of the feed-forward layers
 * @param epsilon of the norms
 * @param features numbers of an embedding
 * @param vocabularySha256 of {@code vocab.json}; absent while there is none beside the weights
 * @param mergesSha256 of {@code merges.txt}
 */
public record ClapTextConfig(
    int vocabulary,
    int positions,
    int width,
    int layers,
    int heads,
    int hidden,
    double epsilon,
    int features,
    String vocabularySha256,
    String mergesSha256) {
  /** RoBERTa counts positions from behind the number of its padding on. */
  static final int FIRST_POSITION = 2;

  private static final int MOST = 1 << 17;

  /** laion/clap-htsat-unfused: RoBERTa-base. */
  public static final ClapTextConfig PUBLIC =
      new ClapTextConfig(50_265, 514, 768, 12, 12, 3072, 1e-12, 512, null, null);

  /** Checks the ranges. */
  public ClapTextConfig {
    Check.within("vocabulary", vocabulary, 1, 1 << 22);
    Check.within("positions", positions, FIRST_POSITION + 2, MOST);
    Check.within("width", width, 1, MOST);
    Check.within("layers", layers, 1, 1024);
    Check.within("heads", heads, 1, MOST);
    Check.divisible("width", width, "heads", heads);
    Check.within("hidden", hidden, 1, MOST);
    Check.within("epsilon", epsilon, 1e-20, 1);
    Check.within("features", features, 1, MOST);
  }

  /** Most tokens of a caption, those around it included. */
  public int maxTokens() {
    return positions - FIRST_POSITION;
  }

  /** With the files of its vocabulary. */
  public ClapTextConfig with(String vocabularyHash, String mergesHash) {
    return new ClapTextConfig(
        vocabulary,
        positions,
        width,
        layers,
        heads,
        hidden,
        epsilon,
        features,
        vocabularyHash,
        mergesHash);
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long w = width;
    long layer = 4 * (w + 1) * w + 4 * w + 2 * w * hidden + hidden + w;
    long embedded = (vocabulary + positions + 1L) * w + 2 * w;
    long projected = (w + 1) * features + (features + 1L) * features;
    return embedded + layers * layer + (w + 1) * w + projected;
  }
}
