package kinetone.model.stdit;

import static org.bytedeco.pytorch.global.torch.addcmul;

import java.util.Optional;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.nn.Mlp;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.attention.CrossAttention;
import kinetone.nn.attention.NormedAttention;
import kinetone.nn.embed.RotaryPosition;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * A block of {@link StDit3}: attention among the tokens of a frame, or over the frames at each
 * place, then to the caption, then a feed-forward layer. The six vectors of all blocks come from
 * one projection; each block adds a table of its own ("adaLN-single", PixArt).
 *
 * <pre>
 *   shift₁, scale₁, gate₁, shift₂, scale₂, gate₂ = table + t
 *   x ← x + gate₁ attn(LN(x) (1 + scale₁) + shift₁)
 *   x ← x + cross(x, caption)
 *   x ← x + gate₂ mlp(LN(x) (1 + scale₂) + shift₂)
 * </pre>
 */
final class StDit3Block extends Module {
  private static final int MLP_RATIO = 4;
  private static final int VECTORS = 6;

  private final Axis axis;
  private final NormedAttention attention;
  private final CrossAttention cross;
  private final Mlp mlp;
  private final Tensor table;

  /** Along what tokens attend to each other. */
  enum Axis {
    /** Within a frame, whose tokens have positions already. */
    SPACE,
    /** Over time, with rotary positions. */
    TIME
  }

  StDit3Block(int width, int heads, Axis axis, RotaryPosition rotary, Rng rng) {
    super("StDit3Block");
    this.axis = axis;
    boolean temporal = axis == Axis.TIME;
    attention =
        register_module(
            "attn",
            new NormedAttention(
                width, heads, temporal ? Optional.of(rotary) : Optional.empty(), rng));
    cross = register_module("cross_attn", new CrossAttention(width, heads, rng));
    mlp = register_module("mlp", new Mlp(width, (long) MLP_RATIO * width, Gelu.TANH, rng));
    table = table(VECTORS, width, rng);
    register_parameter("scale_shift_table", table);
    if (temporal) {
      // Nothing moves in a fresh network: it is a picture model, frame by frame.
      attention.zeroInitialise(rng);
      cross.zeroInitialise(rng);
      mlp.zeroInitialise(rng);
    }
  }

  /** A layer's own rows beside those of the timestep, N(0, 1 / width). */
  static Tensor table(int rows, int width, Rng rng) {
    Tensor table = Init.weight(rng, rows, width);
    Init.normal(table, 1 / Math.sqrt(width), rng);
    return table;
  }

  /**
   * One block.
   *
   * @param x tokens (B, T, h, w, D)
   * @param caption (B, M, D)
   * @param mask bool (B, M)
   * @param told six vectors
   */
  Tensor forward(Tensor x, Tensor caption, Tensor mask, Told told) {
    Tensor[] m = told.with(table);
    Tensor seen = AdaLayerNorm.modulate(AdaLayerNorm.normalise(x), m[0], m[1]);
    Tensor attended = addcmul(x, m[2], axis == Axis.TIME ? overTime(seen) : withinFrames(seen));
    Tensor heard = cross.forward(attended.flatten(1, 3), caption, mask).view(x.shape());
    Tensor told1 = attended.add(heard);
    Tensor inner = AdaLayerNorm.modulate(AdaLayerNorm.normalise(told1), m[3], m[4]);
    return addcmul(told1, m[5], mlp.forward(inner));
  }

  private Tensor withinFrames(Tensor x) {
    return attention.forward(x.flatten(2, 3).flatten(0, 1)).view(x.shape());
  }

  private Tensor overTime(Tensor x) {
    Tensor byPlace = x.permute(0, 2, 3, 1, 4); // (B, h, w, T, D)
    return attention
        .forward(byPlace.reshape(-1, x.size(1), x.size(4)))
        .view(byPlace.shape())
        .permute(0, 3, 1, 2, 4);
  }
}
