package kinetone.model.mdsgen;

import java.util.Optional;
import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.nn.embed.SinCosPosition;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * Video features to the width of the transformer: layer norm of GELU of a linear layer, with a bias
 * per frame where the configuration asks for positions.
 */
final class FeatureProjection extends Module {
  static final double EPSILON = 1e-12;
  static final double DEVIATION = 0.02;

  /**
   * Of the weights where there are positions: features have length 1, so this makes them as large
   * as the positions, and GELU can tell what happened when.
   */
  private static final double DEVIATION_BESIDE_POSITIONS = 1;

  private final Linear linear;
  private final Optional<Tensor> positions;
  private final LayerNorm norm;

  FeatureProjection(MdsgenConfig.Features sizes, int width, Rng rng) {
    super("FeatureProjection");
    double deviation = sizes.positions() ? DEVIATION_BESIDE_POSITIONS : DEVIATION;
    linear = register_module("0", Linear.normal(sizes.width(), width, deviation, rng));
    norm = register_module("2", new LayerNorm(width, EPSILON));
    positions =
        sizes.positions() ? Optional.of(positions(sizes.frames(), width, rng)) : Optional.empty();
  }

  private Tensor positions(int frames, int width, Rng rng) {
    Tensor table = Init.weight(rng, 1, frames, width);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      table.copy_(SinCosPosition.line(frames, width).unsqueeze(0));
    }
    register_parameter("pos_embed", table);
    return table;
  }

  /** (B, frames, in) to (B, frames, width). */
  Tensor forward(Tensor features) {
    Tensor projected = linear.forward(features);
    Tensor placed = positions.map(projected::add).orElse(projected);
    return norm.forward(Gelu.ERF.apply(placed));
  }
}
