package kinetone.text;

import static org.bytedeco.pytorch.global.torch.embedding;

import java.util.ArrayList;
import java.util.List;
import kinetone.nn.Init;
import kinetone.nn.RmsNorm;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * The encoder of T5 v1.1 (Raffel et al. 2020; {@code T5EncoderModel} of Hugging Face transformers):
 * pre-norm blocks of attention, whose scores are not scaled and get a bias for the relative
 * position that the first block holds and all share, and of feed-forward layers gated by a
 * tanh-GELU; no linear layer has a bias, norms are of the root mean square. Names and shapes are
 * those of public weights. Made outside of tensor scopes and on the CPU.
 */
public final class T5Encoder extends Module {
  private final T5Config config;
  private final Tensor table;
  private final T5PositionBias positions;
  private final List<T5Block> blocks = new ArrayList<>();
  private final RmsNorm norm;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<Module> held = new ArrayList<>();

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public T5Encoder(T5Config config, Rng rng) {
    super("T5Encoder");
    this.config = config;
    table = Init.weight(rng, config.vocabulary(), config.width());
    Init.normal(table, 1, rng);
    child(this, "shared").register_parameter("weight", table);
    Module encoder = child(this, "encoder");
    Module block = child(encoder, "block");
    positions = new T5PositionBias(config, rng);
    for (int i = 0; i < config.layers(); i++) {
      T5Block made = new T5Block(config, rng);
      if (i == 0) {
        made.attention().register_module("relative_attention_bias", positions);
      }
      blocks.add(made);
      block.register_module(Integer.toString(i), made);
    }
    norm = new RmsNorm(config.width(), config.epsilon());
    encoder.register_module("final_layer_norm", norm);
  }

  private Module child(Module parent, String name) {
    Module made = new Module("T5" + name);
    parent.register_module(name, made);
    held.add(made);
    return made;
  }

  /** The size of this network. */
  public T5Config config() {
    return config;
  }

  /**
   * Encodes pieces of text.
   *
   * @param ids int64 (B, N), numbers of pieces
   * @param mask bool (B, N), true where there is a piece; true in one place of each row at least
   * @return (B, N, D); where the mask is false it means nothing
   */
  public Tensor forward(Tensor ids, Tensor mask) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor bias = positions.forward(ids.size(1), mask);
      Tensor encoded;
      try (Carried x = Carried.of(embedding(table, ids))) {
        blocks.forEach(block -> x.advance(now -> block.forward(now, bias)));
        encoded = norm.forward(x.get());
      }
      return scope.keep(encoded);
    }
  }
}
