package kinetone.model.mdsgen;

import kinetone.model.dit.DiTBlock;
import org.bytedeco.pytorch.Tensor;

/**
 * Fills in what a masked pass did not see (MTANet; MDT's side interpolator, Gao et al. 2023,
 * section 3.2): mask tokens take the places of hidden tokens, positions are added, and one block
 * estimates the hidden ones. Visible tokens pass it by.
 *
 * @param maskToken (1, 1, D)
 * @param positions (1, N, D)
 * @param block the side block
 */
record SideInterpolator(Tensor maskToken, Tensor positions, DiTBlock block) {
  /** Visible tokens (B, n, D) under the condition (B, D) to all tokens (B, N, D). */
  Tensor forward(Tensor visible, Tensor condition, VisibleTokens tokens) {
    Tensor before = tokens.restore(visible, maskToken).add(positions);
    Tensor after = block.forward(before, condition);
    return before.addcmul(after.sub(before), tokens.masked().unsqueeze(-1));
  }
}
