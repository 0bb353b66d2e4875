package kinetone.nn.adaln;

import static org.bytedeco.pytorch.global.torch.addcmul;

import kinetone.nn.LayerNorm;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * LN(x) · (1 + scale) + shift, with a layer norm that has no weights of its own (Peebles and Xie
 * 2023, section 3.2; ε = 1e-6).
 */
public final class AdaLayerNorm {
  private static final double EPSILON = 1e-6;

  private AdaLayerNorm() {}

  /** Layer norm over the last axis, without affine weights. */
  public static Tensor normalise(Tensor x) {
    return LayerNorm.plain(x, EPSILON);
  }

  /** {@code normalised · (1 + scale) + shift}; scale and shift broadcast. */
  public static Tensor modulate(Tensor normalised, Tensor shift, Tensor scale) {
    return addcmul(shift, normalised, scale.add(Tensors.ONE));
  }

  /**
   * The layer with one condition per example.
   *
   * @param x tokens (B, N, D)
   * @param shift (B, D)
   * @param scale (B, D)
   */
  public static Tensor apply(Tensor x, Tensor shift, Tensor scale) {
    return modulate(normalise(x), shift.unsqueeze(1), scale.unsqueeze(1));
  }

  /**
   * The layer with one condition per segment.
   *
   * @param x tokens (B, N, D), laid out as {@code segments} says
   * @param shift (B, segments, D)
   * @param scale (B, segments, D)
   */
  public static Tensor apply(Tensor x, Tensor shift, Tensor scale, Segments segments) {
    return segments.modulate(normalise(x), shift, scale);
  }
}
