package kinetone.model.dit;

import kinetone.nn.Gelu;
import kinetone.nn.Mlp;
import kinetone.nn.adaln.AdaLayerNormZero;
import kinetone.nn.adaln.Modulation;
import kinetone.nn.attention.SelfAttention;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** DiT's block: {@link AdaLayerNormZero} around attention and a feed-forward layer. */
public final class DiTBlock extends Module {
  private static final int MLP_RATIO = 4;

  private final SelfAttention attention;
  private final Mlp mlp;
  private final Modulation modulation;

  /** A block of {@code width}; public checkpoints want {@link Gelu#TANH}. */
  public DiTBlock(int width, int heads, Gelu gelu, Rng rng) {
    super("DiTBlock");
    attention = register_module("attn", new SelfAttention(width, heads, rng));
    mlp = register_module("mlp", new Mlp(width, (long) MLP_RATIO * width, gelu, rng));
    modulation = register_module("adaLN_modulation", AdaLayerNormZero.modulation(width));
  }

  /** Tokens (B, N, D) under the condition (B, D). */
  public Tensor forward(Tensor x, Tensor condition) {
    return AdaLayerNormZero.apply(
        x, modulation.forward(condition), attention::forward, mlp::forward);
  }
}
