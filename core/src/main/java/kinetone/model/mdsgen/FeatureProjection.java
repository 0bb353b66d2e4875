package kinetone.model.mdsgen;

import kinetone.nn.Gelu;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Video features to the width of the transformer: layer norm of GELU of a linear layer. */
final class FeatureProjection extends Module {
  static final double EPSILON = 1e-12;
  static final double DEVIATION = 0.02;

  private final Linear linear;
  private final LayerNorm norm;

  FeatureProjection(int in, int width, Rng rng) {
    super("FeatureProjection");
    linear = register_module("0", Linear.normal(in, width, DEVIATION, rng));
    norm = register_module("2", new LayerNorm(width, EPSILON));
  }

  /** (B, frames, in) to (B, frames, width). */
  Tensor forward(Tensor features) {
    return norm.forward(Gelu.ERF.apply(linear.forward(features)));
  }
}
