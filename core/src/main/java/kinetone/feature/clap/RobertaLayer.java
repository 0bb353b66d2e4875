package kinetone.feature.clap;

import kinetone.nn.Gelu;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.nn.attention.ScaledDotProduct;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A layer of BERT, normed behind what is added (Devlin et al. 2019), named as in transformers. All
 * tokens see all.
 */
final class RobertaLayer extends Module {
  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear mixed;
  private final LayerNorm mixedNorm;
  private final Linear inner;
  private final Linear outer;
  private final LayerNorm outerNorm;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Module attention;

  private final Module self;
  private final Module attentionOutput;
  private final Module intermediate;
  private final Module output;

  RobertaLayer(ClapTextConfig config, Rng rng) {
    super("ClapTextLayer");
    int width = config.width();
    heads = config.heads();
    attention = register_module("attention", new Module("ClapTextAttention"));
    self = attention.register_module("self", new Module("ClapTextSelfAttention"));
    query = self.register_module("query", Linear.xavier(width, width, rng));
    key = self.register_module("key", Linear.xavier(width, width, rng));
    value = self.register_module("value", Linear.xavier(width, width, rng));
    attentionOutput = attention.register_module("output", new Module("ClapTextSelfOutput"));
    mixed = attentionOutput.register_module("dense", Linear.xavier(width, width, rng));
    mixedNorm =
        attentionOutput.register_module("LayerNorm", new LayerNorm(width, config.epsilon()));
    intermediate = register_module("intermediate", new Module("ClapTextIntermediate"));
    inner = intermediate.register_module("dense", Linear.xavier(width, config.hidden(), rng));
    output = register_module("output", new Module("ClapTextOutput"));
    outer = output.register_module("dense", Linear.xavier(config.hidden(), width, rng));
    outerNorm = output.register_module("LayerNorm", new LayerNorm(width, config.epsilon()));
  }

  /** (B, N, width) to the same. */
  Tensor forward(Tensor x) {
    Tensor seen = ScaledDotProduct.of(split(query, x), split(key, x), split(value, x));
    Tensor joined = mixed.forward(seen.transpose(1, 2).flatten(2, -1));
    Tensor met = mixedNorm.forward(joined.add(x));
    return outerNorm.forward(outer.forward(Gelu.ERF.apply(inner.forward(met))).add(met));
  }

  private Tensor split(Linear layer, Tensor x) {
    return layer.forward(x).unflatten(2, heads, -1).transpose(1, 2);
  }
}
