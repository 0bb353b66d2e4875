package kinetone.latent.kl;

import kinetone.nn.GroupNorm;
import kinetone.nn.Linear;
import kinetone.nn.attention.ScaledDotProduct;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** x + attention of all positions to each other, with one head as wide as the level. */
final class MidAttention extends Module {
  private final GroupNorm norm;
  private final Linear query;
  private final Linear key;
  private final Linear value;
  private final Linear out;

  MidAttention(int channels, AutoencoderKlConfig config, Rng rng) {
    super("MidAttention");
    norm = register_module("group_norm", Layers.norm(channels, config));
    query = register_module("to_q", Linear.xavier(channels, channels, rng));
    key = register_module("to_k", Linear.xavier(channels, channels, rng));
    value = register_module("to_v", Linear.xavier(channels, channels, rng));
    out = Linear.xavier(channels, channels, rng);
    register_module("to_out", new ModuleListImpl()).push_back(out);
  }

  /** (B, C, H, W) to the same. */
  Tensor forward(Tensor x) {
    Tensor tokens = norm.forward(x).flatten(2, -1).transpose(1, 2); // (B, H·W, C)
    Tensor mixed =
        ScaledDotProduct.of(
                query.forward(tokens).unsqueeze(1),
                key.forward(tokens).unsqueeze(1),
                value.forward(tokens).unsqueeze(1))
            .squeeze(1);
    return x.add(out.forward(mixed).transpose(1, 2).reshape(x.shape()));
  }
}
