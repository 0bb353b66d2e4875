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
    this(width, new SelfAttention(width, heads, rng), gelu, rng);
  }

  /** A block around {@code attention}, for example with relative positions (MDT, MDSGen). */
  public DiTBlock(int width, SelfAttention attention, Gelu gelu, Rng rng) {
    super("DiTBlock");
    this.attention = register_module("attn", attention);
    mlp = register_module("mlp", new Mlp(width, (long) MLP_RATIO * width, gelu, rng));
    modulation = register_module("adaLN_modulation", AdaLayerNormZero.modulation(width, rng));
  }

  /** The attention, for blocks that are built around parts of this one. */
  public SelfAttention attention() {
    return attention;
  }

  /** The feed-forward layer. */
  public Mlp mlp() {
    return mlp;
  }

  /** The projection from the condition to the six vectors of {@link AdaLayerNormZero}. */
  public Modulation modulation() {
    return modulation;
  }

  /** Tokens (B, N, D) under the condition (B, D). */
  public Tensor forward(Tensor x, Tensor condition) {
    return AdaLayerNormZero.apply(
        x, modulation.forward(condition), attention::forward, mlp::forward);
  }

  /**
   * As {@link #forward(Tensor, Tensor)} for some of the tokens, which attend to each other only.
   *
   * @param x tokens (B, n, D)
   * @param condition (B, D)
   * @param kept their numbers in the whole sequence, int64 (B, n)
   */
  public Tensor forward(Tensor x, Tensor condition, Tensor kept) {
    return AdaLayerNormZero.apply(
        x, modulation.forward(condition), h -> attention.forward(h, kept), mlp::forward);
  }
}
