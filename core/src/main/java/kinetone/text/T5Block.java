package kinetone.text;

import static org.bytedeco.pytorch.global.torch.matmul;

import kinetone.nn.Gelu;
import kinetone.nn.RmsNorm;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Attention and a gated feed-forward layer, each a residual branch behind its norm. */
final class T5Block extends Module {
  private final int heads;
  private final Module first;
  private final Module second;
  private final Module layers;
  private final Module attention;
  private final Module dense;
  private final RmsNorm norm1;
  private final RmsNorm norm2;
  private final Projection q;
  private final Projection k;
  private final Projection v;
  private final Projection o;
  private final Projection gate;
  private final Projection value;
  private final Projection out;

  T5Block(T5Config config, Rng rng) {
    super("T5Block");
    heads = config.heads();
    int width = config.width();
    int inner = config.heads() * config.headWidth();
    layers = register_module("layer", new Module("T5Layers"));
    first = layers.register_module("0", new Module("T5LayerSelfAttention"));
    second = layers.register_module("1", new Module("T5LayerFF"));
    attention = first.register_module("SelfAttention", new Module("T5Attention"));
    dense = second.register_module("DenseReluDense", new Module("T5DenseGatedActDense"));
    // The deviations of transformers' T5: they make up for the scale that scores do not have.
    double narrow = 1 / Math.sqrt(width);
    q =
        add(
            attention,
            "q",
            new Projection(width, inner, narrow / Math.sqrt(config.headWidth()), rng));
    k = add(attention, "k", new Projection(width, inner, narrow, rng));
    v = add(attention, "v", new Projection(width, inner, narrow, rng));
    o = add(attention, "o", new Projection(inner, width, 1 / Math.sqrt(inner), rng));
    norm1 = add(first, "layer_norm", new RmsNorm(width, config.epsilon()));
    gate = add(dense, "wi_0", new Projection(width, config.feedForward(), narrow, rng));
    value = add(dense, "wi_1", new Projection(width, config.feedForward(), narrow, rng));
    double wide = 1 / Math.sqrt(config.feedForward());
    out = add(dense, "wo", new Projection(config.feedForward(), width, wide, rng));
    norm2 = add(second, "layer_norm", new RmsNorm(width, config.epsilon()));
  }

  private static <M extends Module> M add(Module parent, String name, M child) {
    parent.register_module(name, child);
    return child;
  }

  /** Where the first block holds the bias of positions. */
  Module attention() {
    return attention;
  }

  /** (B, N, D) with the bias (B, heads, N, N) of its pairs to (B, N, D). */
  Tensor forward(Tensor x, Tensor bias) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor attended = x.add(attend(norm1.forward(x), bias));
      Tensor inner = norm2.forward(attended);
      Tensor gated = Gelu.TANH.apply(gate.forward(inner)).mul(value.forward(inner));
      return scope.keep(attended.add(out.forward(gated)));
    }
  }

  private Tensor attend(Tensor x, Tensor bias) {
    Tensor scores = matmul(split(q, x), split(k, x).transpose(-2, -1)).add(bias);
    Tensor weights = scores.to(ScalarType.Float).softmax(-1).to(x.scalar_type());
    return o.forward(matmul(weights, split(v, x)).transpose(1, 2).flatten(2, 3));
  }

  /** (B, N, D) to (B, heads, N, head width). */
  private Tensor split(Projection projection, Tensor x) {
    return projection.forward(x).unflatten(2, heads, -1).transpose(1, 2);
  }
}
