package kinetone.feature.clap;

import static org.bytedeco.pytorch.global.torch.roll;

import java.util.Optional;
import kinetone.nn.Gelu;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A block of Swin (Liu et al. 2021): attention within windows, which every other block has moved by
 * half a window around the edges, and a feed-forward layer. Tokens that only met around an edge do
 * not see each other.
 */
final class SwinBlock extends Module {
  static final double EPSILON = 1e-5;

  /** What the reference adds to scores of pairs that must not meet. */
  private static final float HIDDEN = -100;

  private final int window;
  private final int shift;
  private final LayerNorm before;
  private final WindowAttention attention;
  private final LayerNorm after;
  private final Linear inner;
  private final Linear outer;
  private final DeviceConstant mask;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Module intermediate;

  private final Module output;

  /**
   * A block.
   *
   * @param shifted whether windows are moved; where one window is all there is, none is
   */
  SwinBlock(ClapAudioConfig config, int stage, boolean shifted, Rng rng) {
    super("ClapAudioLayer");
    window = config.window();
    int tokens = config.tokens(stage);
    shift = shifted && tokens > window ? window / 2 : 0;
    int width = config.width(stage);
    int hidden = width * config.expansion();
    before = register_module("layernorm_before", new LayerNorm(width, EPSILON));
    attention =
        register_module(
            "attention", new WindowAttention(width, config.heads().get(stage), window, rng));
    after = register_module("layernorm_after", new LayerNorm(width, EPSILON));
    intermediate = register_module("intermediate", new Module("ClapAudioIntermediate"));
    inner = intermediate.register_module("dense", Linear.xavier(width, hidden, rng));
    output = register_module("output", new Module("ClapAudioOutput"));
    outer = output.register_module("dense", Linear.xavier(hidden, width, rng));
    int edge = window;
    int moved = shift;
    mask = new DeviceConstant(() -> mask(tokens, edge, moved));
  }

  /** (B, H, W, width) to the same. */
  Tensor forward(Tensor x) {
    Tensor normed = before.forward(x);
    Tensor seen = shift > 0 ? rolled(normed, -shift) : normed;
    Tensor windows =
        seen.unflatten(2, -1, window)
            .unflatten(1, -1, window)
            .permute(0, 1, 3, 2, 4, 5) // (B, H / w, W / w, w, w, width)
            .flatten(0, 2)
            .flatten(1, 2);
    Tensor mixed =
        attention.forward(windows, shift > 0 ? Optional.of(mask.like(x)) : Optional.empty());
    Tensor joined =
        mixed
            .reshape(x.size(0), x.size(1) / window, x.size(2) / window, window, window, x.size(3))
            .permute(0, 1, 3, 2, 4, 5)
            .reshape(x.shape());
    Tensor met = x.add(shift > 0 ? rolled(joined, shift) : joined);
    return met.add(outer.forward(Gelu.ERF.apply(inner.forward(after.forward(met)))));
  }

  private static Tensor rolled(Tensor x, long by) {
    return roll(x, new long[] {by, by}, 1, 2);
  }

  /** (windows, tokens, tokens): 0 where both lie on one side of the edges, -100 elsewhere. */
  private static Tensor mask(int tokens, int window, int shift) {
    int across = tokens / window;
    int inside = window * window;
    float[] values = new float[across * across * inside * inside];
    int place = 0;
    for (int at = 0; at < across * across; at++) {
      for (int i = 0; i < inside; i++) {
        for (int j = 0; j < inside; j++) {
          boolean together =
              region(at / across * window + i / window, tokens, window, shift)
                      == region(at / across * window + j / window, tokens, window, shift)
                  && region(at % across * window + i % window, tokens, window, shift)
                      == region(at % across * window + j % window, tokens, window, shift);
          values[place++] = together ? 0 : HIDDEN;
        }
      }
    }
    return Tensors.of(values, (long) across * across, inside, inside);
  }

  private static int region(int at, int tokens, int window, int shift) {
    return (at >= tokens - window ? 1 : 0) + (at >= tokens - shift ? 1 : 0);
  }
}
