package kinetone.feature.align;

import static org.bytedeco.pytorch.global.torch.silu;

import java.util.Optional;
import kinetone.nn.GroupNorm;
import kinetone.nn.Linear;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** The residual block of ADM's U-Net (Dhariwal and Nichol 2021): the timestep is added inside. */
final class TimedResidual extends Module {
  private static final double EPSILON = 1e-5;

  private final GroupNorm norm1;
  private final SameConv2d conv1;
  private final Linear time;
  private final GroupNorm norm2;
  private final SameConv2d conv2;
  private final Optional<SameConv2d> skip;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Sequence inLayers;

  private final Sequence timeLayers;
  private final Sequence outLayers;

  TimedResidual(int in, int out, int timeWidth, int groups, Rng rng) {
    super("TimedResidual");
    inLayers = register_module("in_layers", new Sequence());
    norm1 = inLayers.add(0, new GroupNorm(in, groups, EPSILON));
    conv1 = inLayers.add(2, new SameConv2d(in, out, 3, 1, 1, rng));
    timeLayers = register_module("emb_layers", new Sequence());
    time = timeLayers.add(1, Linear.xavier(timeWidth, out, rng));
    outLayers = register_module("out_layers", new Sequence());
    norm2 = outLayers.add(0, new GroupNorm(out, groups, EPSILON));
    conv2 = outLayers.add(3, SameConv2d.zero(out, out, 3, rng));
    skip =
        in == out
            ? Optional.empty()
            : Optional.of(
                register_module("skip_connection", new SameConv2d(in, out, 1, 1, 1, rng)));
  }

  /** (B, C, H, W) and the activated timestep (B, timeWidth) to (B, C', H, W). */
  Tensor forward(Tensor x, Tensor activatedTime) {
    Tensor h = conv1.forward(silu(norm1.forward(x)));
    h = h.add(time.forward(activatedTime).unsqueeze(-1).unsqueeze(-1));
    h = conv2.forward(silu(norm2.forward(h)));
    return h.add(skip.map(s -> s.forward(x)).orElse(x));
  }
}
