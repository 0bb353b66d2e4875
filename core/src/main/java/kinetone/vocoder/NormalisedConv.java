package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.ones;

import kinetone.nn.Init;
import kinetone.nn.WeightNorm;
import kinetone.nn.conv.Convolution;
import kinetone.tensor.Rng;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * A convolution of a discriminator, with its weight normalised. Weights are named and shaped as in
 * PyTorch: of three axes for signals, of four for pictures; activations are (B, C, H, W).
 */
final class NormalisedConv extends Module {
  /** What is done to the weight. */
  enum Norm {
    /** g v / ‖v‖ (Salimans and Kingma 2016). */
    WEIGHT,
    /** W / σ(W), σ by one power iteration per call in training (Miyato et al. 2018). */
    SPECTRAL
  }

  /**
   * The geometry.
   *
   * @param weight shape of the weight, (C', C / groups, k) or (C', C / groups, k, 1)
   * @param stride (height, width)
   * @param padding (height, width)
   * @param groups of channels that do not mix
   */
  record Geometry(long[] weight, long[] stride, long[] padding, int groups) {}

  private static final long[] ONES = {1, 1};
  private static final double EPSILON = 1e-12;
  private final Geometry geometry;
  private final Norm norm;
  private final Tensor direction;
  private final TensorOptional bias;
  private Tensor length;
  private Tensor left;
  private Tensor right;

  NormalisedConv(Geometry geometry, Norm norm, Rng rng) {
    super("NormalisedConv");
    this.geometry = geometry;
    this.norm = norm;
    long[] shape = geometry.weight();
    direction = Init.weight(rng, shape);
    Tensor offset = empty(shape[0]);
    Init.fanInUniform(direction, rng);
    Init.uniform(offset, Math.sqrt((double) shape[0] / direction.numel()), rng);
    register_parameter("bias", offset);
    bias = new TensorOptional(offset);
    if (norm == Norm.WEIGHT) {
      long[] lengths = shape.clone();
      java.util.Arrays.fill(lengths, 1, lengths.length, 1);
      length = ones(lengths);
      try (PointerScope scope = new PointerScope();
          NoGradGuard noGrad = new NoGradGuard()) {
        length.copy_(direction.flatten(1, -1).square().sum(1).sqrt().view(lengths));
      }
      register_parameter("weight_g", length);
      register_parameter("weight_v", direction);
    } else {
      left = ones(shape[0]);
      right = ones(direction.numel() / shape[0]);
      Init.normal(left, 1, rng);
      Init.normal(right, 1, rng);
      register_parameter("weight_orig", direction);
      register_buffer("weight_u", left);
      register_buffer("weight_v", right);
    }
  }

  /** (B, C, H, W) to (B, C', H', W'). */
  Tensor forward(Tensor x) {
    Tensor weight = norm == Norm.WEIGHT ? WeightNorm.weight(direction, length) : spectral();
    Tensor kernel = weight.dim() == 3 ? weight.unsqueeze(2) : weight;
    return Convolution.of(
        x, kernel, bias, geometry.stride(), geometry.padding(), ONES, geometry.groups());
  }

  private Tensor spectral() {
    Tensor matrix = direction.flatten(1, -1);
    if (is_training()) {
      try (PointerScope scope = new PointerScope();
          NoGradGuard noGrad = new NoGradGuard()) {
        right.copy_(unit(matrix.t().mv(left)));
        left.copy_(unit(matrix.mv(right)));
      }
    }
    // Copies, because the next call changes the vectors before this one is differentiated.
    Tensor sigma = left.clone().dot(matrix.mv(right.clone()));
    return direction.div(sigma);
  }

  private static Tensor unit(Tensor x) {
    return x.div(x.norm().clamp_min(new Scalar(EPSILON)));
  }
}
