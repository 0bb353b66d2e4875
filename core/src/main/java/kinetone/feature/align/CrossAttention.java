package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.linear;

import kinetone.nn.Init;
import kinetone.nn.Linear;
import kinetone.nn.attention.ScaledDotProduct;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Multi-head attention of tokens to a context, which may be the tokens themselves. */
final class CrossAttention extends Module {
  private final int heads;
  private final Projection queries;
  private final Projection keys;
  private final Projection values;
  private final Linear out;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Sequence outLayers;

  /** y = x Wᵀ. */
  private static final class Projection extends Module {
    private final Tensor weight;

    Projection(int in, int out, Rng rng) {
      super("Linear");
      weight = Init.weight(rng, out, in);
      Init.xavierUniform(weight, rng);
      register_parameter("weight", weight);
    }

    Tensor forward(Tensor x) {
      return linear(x, weight);
    }
  }

  CrossAttention(int width, int context, int heads, Rng rng) {
    super("CrossAttention");
    this.heads = heads;
    queries = register_module("to_q", new Projection(width, width, rng));
    keys = register_module("to_k", new Projection(context, width, rng));
    values = register_module("to_v", new Projection(context, width, rng));
    outLayers = register_module("to_out", new Sequence());
    out = outLayers.add(0, Linear.xavier(width, width, rng));
  }

  /** Tokens (B, N, width) and context (B, M, contextWidth) to (B, N, width). */
  Tensor forward(Tensor x, Tensor context) {
    Tensor mixed =
        ScaledDotProduct.of(
            split(queries.forward(x)),
            split(keys.forward(context)),
            split(values.forward(context)));
    return out.forward(mixed.transpose(1, 2).flatten(2, -1));
  }

  private Tensor split(Tensor x) {
    return x.unflatten(2, heads, -1).transpose(1, 2); // (B, heads, N, head width)
  }
}
