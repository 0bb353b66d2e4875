package kinetone.model.mdsgen;

import kinetone.nn.Gelu;
import kinetone.nn.LayerNorm;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * All numbers of all frames to one vector, by a linear layer, GELU and layer norm: MDSGen without
 * its {@link Reducer} (Pham, Ton, Yoo 2025, table 3). The paper does not say how its blocks, which
 * are told one vector, hear unreduced features; this is our reading.
 */
final class AllFrames extends Module implements FramesToVector {
  private final Linear linear;
  private final LayerNorm norm;

  AllFrames(int frames, int width, Rng rng) {
    super("AllFrames");
    linear =
        register_module(
            "0", Linear.normal((long) frames * width, width, FeatureProjection.DEVIATION, rng));
    norm = register_module("2", new LayerNorm(width, FeatureProjection.EPSILON));
  }

  @Override
  public Tensor forward(Tensor frames) {
    return norm.forward(Gelu.ERF.apply(linear.forward(frames.flatten(1, 2))));
  }
}
