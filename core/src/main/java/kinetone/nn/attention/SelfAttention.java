package kinetone.nn.attention;

import java.util.Optional;
import kinetone.common.Check;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Multi-head self-attention over all tokens, with one projection for queries, keys and values
 * (Vaswani et al. 2017; parameters {@code qkv} and {@code proj} as in DiT). Softmax scale is
 * headWidth^−½. With relative positions a {@link RelativePositionBias} ({@code rel_pos_bias}, as in
 * MDT) is added to the scores.
 */
public final class SelfAttention extends Module {
  private final int width;
  private final int heads;
  private final Linear qkv;
  private final Linear proj;
  private final Optional<RelativePositionBias> bias;

  /** Xavier-initialised; {@code width} must be divisible by {@code heads}. */
  public SelfAttention(int width, int heads, Rng rng) {
    this(width, heads, Optional.empty(), rng);
  }

  private SelfAttention(
      int width, int heads, Optional<RelativePositionBias> relativePositions, Rng rng) {
    super("SelfAttention");
    Check.divisible("width", width, "heads", heads);
    this.width = width;
    this.heads = heads;
    qkv = register_module("qkv", Linear.xavier(width, 3L * width, rng));
    proj = register_module("proj", Linear.xavier(width, width, rng));
    bias = relativePositions;
    bias.ifPresent(module -> register_module("rel_pos_bias", module));
  }

  /** The same with a learned bias by distance on a grid of {@code rows} × {@code columns}. */
  public static SelfAttention onGrid(int width, int heads, int rows, int columns, Rng rng) {
    RelativePositionBias bias = new RelativePositionBias(rows, columns, heads, rng);
    return new SelfAttention(width, heads, Optional.of(bias), rng);
  }

  /** Sets the last layer to zero: a residual branch that starts as nothing. */
  public void zeroInitialise(Rng rng) {
    proj.zeroInitialise(rng);
  }

  /** (B, N, width) to (B, N, width). */
  public Tensor forward(Tensor x) {
    return all(x, Optional.empty());
  }

  /**
   * As {@link #forward(Tensor)}, with {@code update} added to both linear layers.
   *
   * @param update of the same width; while it is zero the result is that without, bit for bit
   */
  public Tensor forward(Tensor x, AttentionUpdate update) {
    return all(x, Optional.of(update));
  }

  /**
   * As {@link #forward(Tensor)}, with {@code update} and with {@code scores} added to the scaled
   * scores.
   *
   * @param update of the same width; none leaves both layers as they are
   * @param scores broadcasts to (B, heads, N, N); only without relative positions
   */
  public Tensor forward(Tensor x, Optional<AttentionUpdate> update, Tensor scores) {
    Check.that(bias.isEmpty(), "attention has relative positions, and takes no other scores");
    return mix(project(x, update), Optional.of(scores), update);
  }

  /**
   * As {@link #forward(Tensor)} among some of the tokens.
   *
   * @param x (B, n, width)
   * @param kept the numbers of these tokens in the whole sequence, int64 (B, n)
   */
  public Tensor forward(Tensor x, Tensor kept) {
    return some(x, kept, Optional.empty());
  }

  /** As {@link #forward(Tensor, Tensor)} with {@code update}. */
  public Tensor forward(Tensor x, Tensor kept, AttentionUpdate update) {
    return some(x, kept, Optional.of(update));
  }

  private Tensor all(Tensor x, Optional<AttentionUpdate> update) {
    TensorVector parts = project(x, update);
    if (bias.isPresent() && GridAttention.suits(parts.get(0), bias.get())) {
      return last(GridAttention.of(parts.get(0), parts.get(1), parts.get(2), bias.get()), update);
    }
    return mix(parts, bias.map(RelativePositionBias::forward), update);
  }

  private Tensor some(Tensor x, Tensor kept, Optional<AttentionUpdate> update) {
    return mix(project(x, update), bias.map(module -> module.forward(kept)), update);
  }

  /** Queries, keys and values: 3 × (B, heads, N, head width). */
  private TensorVector project(Tensor x, Optional<AttentionUpdate> update) {
    Tensor projected = qkv.forward(x);
    Tensor updated = update.map(low -> projected.add(low.qkv().forward(x))).orElse(projected);
    Tensor fused = updated.view(x.size(0), x.size(1), 3, heads, width / heads);
    return fused.permute(2, 0, 3, 1, 4).unbind(0);
  }

  private Tensor mix(TensorVector parts, Optional<Tensor> added, Optional<AttentionUpdate> update) {
    Tensor q = parts.get(0);
    Tensor k = parts.get(1);
    Tensor v = parts.get(2);
    Tensor mixed =
        added.isPresent()
            ? ScaledDotProduct.of(q, k, v, added.get())
            : ScaledDotProduct.of(q, k, v);
    return last(mixed.transpose(1, 2).reshape(q.size(0), q.size(2), width), update);
  }

  private Tensor last(Tensor mixed, Optional<AttentionUpdate> update) {
    Tensor result = proj.forward(mixed);
    return update.map(low -> result.add(low.proj().forward(mixed))).orElse(result);
  }
}
