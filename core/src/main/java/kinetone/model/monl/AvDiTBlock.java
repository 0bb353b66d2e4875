package kinetone.model.monl;

import kinetone.nn.Mlp;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.adaln.Modulation;
import kinetone.nn.adaln.Segments;
import kinetone.nn.attention.SelfAttention;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * One block of {@link AvDiT}: attention over all tokens of both modalities and a feed-forward
 * layer, each behind a layer norm whose scale and shift come from the noise level of the token's
 * time segment. Unlike DiT's block it has no gates (Kim et al. 2024, section 4).
 *
 * <pre>
 *   shift₁, scale₁, shift₂, scale₂ = W silu(c) + b
 *   x ← x + Attention(LN(x) (1 + scale₁) + shift₁)
 *   x ← x + MLP(LN(x) (1 + scale₂) + shift₂)
 * </pre>
 */
final class AvDiTBlock extends Module {
  private final Segments segments;
  private final Modulation modulation;
  private final SelfAttention attention;
  private final Mlp mlp;

  AvDiTBlock(AvDiTConfig config, Rng rng) {
    super("AvDiTBlock");
    segments = config.segments();
    attention = register_module("attn", new SelfAttention(config.width(), config.heads(), rng));
    mlp =
        register_module(
            "mlp",
            new Mlp(config.width(), (long) config.mlpRatio() * config.width(), config.gelu(), rng));
    modulation = register_module("adaLN_modulation", new Modulation(config.width(), 4, rng));
    // The paper does not say how weights start. As DiT's gates do, this makes every block begin as
    // the identity.
    attention.zeroInitialise(rng);
    mlp.zeroInitialise(rng);
  }

  /**
   * Runs the block.
   *
   * @param x tokens (B, N, D)
   * @param activated silu(c), (B, segments, D): one row for each segment, not for each token
   */
  Tensor forward(Tensor x, Tensor activated) {
    TensorVector m = modulation.ofActivated(activated);
    Tensor mixed = x.add(attention.forward(AdaLayerNorm.apply(x, m.get(0), m.get(1), segments)));
    return mixed.add(mlp.forward(AdaLayerNorm.apply(mixed, m.get(2), m.get(3), segments)));
  }
}
