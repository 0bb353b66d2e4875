package kinetone.feature.clap;

import static org.bytedeco.pytorch.global.torch.embedding;

import java.util.Optional;
import kinetone.nn.Init;
import kinetone.nn.Linear;
import kinetone.nn.attention.ScaledDotProduct;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Attention among the tokens of a window, with a learned bias by distance (Liu et al. 2021, Swin,
 * eq. 4). The names are those of transformers.
 */
final class WindowAttention extends Module {
  private static final double DEVIATION = 0.02;

  private final int heads;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear dense;
  private final Tensor table;
  private final DeviceConstant index;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Module self;

  private final Module output;

  WindowAttention(int width, int heads, int window, Rng rng) {
    super("ClapAudioAttention");
    this.heads = heads;
    self = register_module("self", new Module("ClapAudioSelfAttention"));
    output = register_module("output", new Module("ClapAudioSelfOutput"));
    int distances = 2 * window - 1;
    table = Init.weight(rng, (long) distances * distances, heads);
    Init.normal(table, DEVIATION, rng);
    self.register_parameter("relative_position_bias_table", table);
    query = self.register_module("query", Linear.xavier(width, width, rng));
    key = self.register_module("key", Linear.xavier(width, width, rng));
    value = self.register_module("value", Linear.xavier(width, width, rng));
    dense = output.register_module("dense", Linear.xavier(width, width, rng));
    index = new DeviceConstant(() -> index(window));
  }

  /** Which row of the table a pair of tokens reads, int64 (tokens, tokens). */
  static Tensor index(int window) {
    int tokens = window * window;
    long[] rows = new long[tokens * tokens];
    for (int i = 0; i < tokens; i++) {
      for (int j = 0; j < tokens; j++) {
        int down = i / window - j / window + window - 1;
        int right = i % window - j % window + window - 1;
        rows[i * tokens + j] = (long) down * (2 * window - 1) + right;
      }
    }
    return Tensors.of(rows, tokens, tokens);
  }

  /**
   * Mixes the tokens of each window.
   *
   * @param x (B · windows, tokens, width)
   * @param mask added to the scores of each window, (windows, tokens, tokens)
   */
  Tensor forward(Tensor x, Optional<Tensor> mask) {
    Tensor bias = // (1, heads, tokens, tokens)
        embedding(table, index.on(x.device(), ScalarType.Long)).permute(2, 0, 1).unsqueeze(0);
    Tensor added =
        mask.map(
                hidden -> bias.add(hidden.unsqueeze(1)).repeat(x.size(0) / hidden.size(0), 1, 1, 1))
            .orElse(bias);
    Tensor mixed = ScaledDotProduct.of(split(query, x), split(key, x), split(value, x), added);
    return dense.forward(mixed.transpose(1, 2).flatten(2, -1));
  }

  private Tensor split(Linear layer, Tensor x) {
    return layer.forward(x).unflatten(2, heads, -1).transpose(1, 2);
  }
}
