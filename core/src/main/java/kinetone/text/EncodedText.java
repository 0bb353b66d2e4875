package kinetone.text;

import org.bytedeco.pytorch.Tensor;

/**
 * Captions as networks attend to them.
 *
 * @param embedding float32 (B, tokens, D), zero where the mask is false
 * @param mask bool (B, tokens), true where there is a token: the first ones of each row
 */
public record EncodedText(Tensor embedding, Tensor mask) {}
