package kinetone.text;

import com.fasterxml.jackson.annotation.JsonInclude;
import kinetone.common.Check;

/**
 * What a text encoder's folder says of it.
 *
 * @param encoder the network
 * @param maxTokens the longest caption in pieces, the end included; longer ones are cut
 * @param cleaning what is done to captions first
 * @param vocabularySha256 SHA-256 of {@code spiece.model}; null before an import, which finds it
 */
public record TextEncoderConfig(
    T5Config encoder,
    int maxTokens,
    Cleaning cleaning,
    @JsonInclude(JsonInclude.Include.NON_NULL) String vocabularySha256) {
  private static final int LARGEST = 4096;

  /** Checks the ranges. */
  public TextEncoderConfig {
    Check.that(encoder != null, "encoder is missing");
    Check.within("maxTokens", maxTokens, 2, LARGEST);
    Check.that(cleaning != null, "cleaning is missing");
  }
}
