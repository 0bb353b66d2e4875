package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.gelu;

import kinetone.nn.GroupNorm;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Positions of a map that look at each other and then at a context (SpatialTransformer of Rombach
 * et al. 2022, one block deep).
 */
final class ContextTransformer extends Module {
  private static final double EPSILON = 1e-6;

  private final GroupNorm norm;
  private final SameConv2d in;
  private final Block block;
  private final SameConv2d out;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final ModuleListImpl blocks;

  /** Self-attention, attention to the context, and a gated feed-forward layer (GEGLU). */
  private static final class Block extends Module {
    private static final int RATIO = 4;

    private final CrossAttention self;
    private final CrossAttention cross;
    private final Linear gated;
    private final Linear back;
    private final LayerNorm norm1;
    private final LayerNorm norm2;
    private final LayerNorm norm3;

    /** Held, because libtorch calls them back and the collector must not take them before. */
    private final Module feedForward;

    private final Sequence layers;
    private final Module gate;

    Block(int width, int context, int heads, Rng rng) {
      super("Block");
      self = register_module("attn1", new CrossAttention(width, width, heads, rng));
      feedForward = register_module("ff", new Module("FeedForward"));
      layers = feedForward.register_module("net", new Sequence());
      gate = layers.add(0, new Module("GEGLU"));
      gated = gate.register_module("proj", Linear.xavier(width, 2L * RATIO * width, rng));
      back = layers.add(2, Linear.xavier((long) RATIO * width, width, rng));
      cross = register_module("attn2", new CrossAttention(width, context, heads, rng));
      norm1 = register_module("norm1", new LayerNorm(width, 1e-5));
      norm2 = register_module("norm2", new LayerNorm(width, 1e-5));
      norm3 = register_module("norm3", new LayerNorm(width, 1e-5));
    }

    Tensor forward(Tensor x, Tensor context) {
      Tensor own = norm1.forward(x);
      Tensor y = x.add(self.forward(own, own));
      y = y.add(cross.forward(norm2.forward(y), context));
      TensorVector halves = gated.forward(norm3.forward(y)).chunk(2, -1);
      return y.add(back.forward(halves.get(0).mul(gelu(halves.get(1)))));
    }
  }

  ContextTransformer(int channels, int context, int heads, int groups, Rng rng) {
    super("ContextTransformer");
    norm = register_module("norm", new GroupNorm(channels, groups, EPSILON));
    in = register_module("proj_in", new SameConv2d(channels, channels, 1, 1, 1, rng));
    block = new Block(channels, context, heads, rng);
    blocks = register_module("transformer_blocks", new ModuleListImpl());
    blocks.push_back(block);
    out = register_module("proj_out", SameConv2d.zero(channels, channels, 1, rng));
  }

  /** (B, C, H, W) and context (B, M, contextWidth) to (B, C, H, W). */
  Tensor forward(Tensor x, Tensor context) {
    Tensor tokens = in.forward(norm.forward(x)).flatten(2, -1).transpose(1, 2);
    Tensor mixed = block.forward(tokens, context).transpose(1, 2);
    return x.add(out.forward(mixed.reshape(x.shape())));
  }
}
