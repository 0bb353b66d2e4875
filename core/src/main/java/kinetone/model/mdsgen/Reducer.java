package kinetone.model.mdsgen;

import static org.bytedeco.pytorch.global.torch.empty;
import static org.bytedeco.pytorch.global.torch.linear;

import kinetone.nn.Gelu;
import kinetone.nn.Init;
import kinetone.nn.LayerNorm;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;

/**
 * All frames to one vector: layer norm of GELU of a learned weighted sum over the frames, which are
 * the channels of a convolution with kernel 1 (Pham, Ton, Yoo 2025, section 3.2).
 */
final class Reducer extends Module implements FramesToVector {
  private final Tensor weight;
  private final TensorOptional bias;
  private final LayerNorm norm;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module convolution;

  Reducer(int frames, int width, Rng rng) {
    super("Reducer");
    convolution = register_module("0", new Module("Conv1d"));
    weight = Init.weight(rng, 1, frames, 1);
    Tensor offset = empty(1);
    Init.normal(weight, FeatureProjection.DEVIATION, rng);
    Init.uniform(offset, 1 / Math.sqrt(frames), rng);
    convolution.register_parameter("weight", weight);
    convolution.register_parameter("bias", offset);
    bias = new TensorOptional(offset);
    norm = register_module("2", new LayerNorm(width, FeatureProjection.EPSILON));
  }

  @Override
  public Tensor forward(Tensor frames) {
    Tensor sum = linear(frames.transpose(1, 2), weight.squeeze(-1), bias).squeeze(-1);
    return norm.forward(Gelu.ERF.apply(sum));
  }
}
