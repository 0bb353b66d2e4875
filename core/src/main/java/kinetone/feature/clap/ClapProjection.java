package kinetone.feature.clap;

import static org.bytedeco.pytorch.global.torch.relu;

import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Into the space that sound and captions share, onto its unit sphere. */
final class ClapProjection extends Module {
  private static final double SHORTEST = 1e-12;

  private final Linear first;
  private final Linear second;

  ClapProjection(int width, int features, Rng rng) {
    super("ClapProjectionLayer");
    first = register_module("linear1", Linear.xavier(width, features, rng));
    second = register_module("linear2", Linear.xavier(features, features, rng));
  }

  /** (B, width) to (B, features) of length 1. */
  Tensor forward(Tensor x) {
    Tensor made = second.forward(relu(first.forward(x)));
    return made.div(made.square().sum(-1).sqrt().clamp_min(new Scalar(SHORTEST)).unsqueeze(-1));
  }
}
