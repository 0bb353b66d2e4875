package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * HiFi-GAN's generator (Kong, Kim, Bae 2020, section 2.2; jik876/hifi-gan, haoheliu/AudioLDM): from
 * a log-mel spectrogram to sound by transposed convolutions, each followed by the mean of residual
 * blocks with different kernels. Weights are named as in the public ones after weight normalisation
 * has been folded ({@link kinetone.nn.WeightNorm#fold}).
 */
public final class HiFiGan extends Module {
  private final HiFiGanConfig config;
  private final SignalConv first;
  private final ModuleListImpl upList;
  private final ModuleListImpl blockList;
  private final List<SignalConv> ups = new ArrayList<>();
  private final List<ResidualBlock> blocks = new ArrayList<>();
  private final SignalConv last;
  private final Scalar slope;
  private final Scalar lastSlope;

  /** Builds the network with weights drawn from {@code rng}. */
  public HiFiGan(HiFiGanConfig config, Rng rng) {
    super("HiFiGan");
    this.config = config;
    slope = new Scalar(0.1);
    lastSlope = new Scalar(config.lastSlope());
    int end = HiFiGanConfig.END_KERNEL;
    first =
        register_module(
            "conv_pre", SignalConv.same(config.bands(), config.channels(), end, 1, rng));
    upList = register_module("ups", new ModuleListImpl());
    blockList = register_module("resblocks", new ModuleListImpl());
    for (int i = 0; i < config.rates().size(); i++) {
      int width = config.width(i);
      int kernel = config.upKernels().get(i);
      ups.add(
          SignalConv.up(2 * width, width, kernel, config.rates().get(i), config.upPadding(i), rng));
      for (int size : config.kernels()) {
        blocks.add(new ResidualBlock(width, size, config.dilations(), rng));
      }
    }
    ups.forEach(upList::push_back);
    blocks.forEach(blockList::push_back);
    int narrow = config.width(config.rates().size() - 1);
    last = register_module("conv_post", SignalConv.same(narrow, 1, end, 1, rng));
  }

  /** The configuration. */
  public HiFiGanConfig config() {
    return config;
  }

  /**
   * Sound (B, {@code config.samples(frames)}) in [−1, 1] of log-mel spectrograms (B, frames,
   * bands).
   */
  public Tensor forward(Tensor logMel) {
    Tensors.requireShape("log-mel spectrogram", logMel, -1, -1, config.bands());
    int kinds = config.kernels().size();
    try (TensorScope scope = TensorScope.open();
        Carried x =
            Carried.of(() -> first.forward(logMel.contiguous().unsqueeze(1).permute(0, 3, 1, 2)))) {
      for (int i = 0; i < ups.size(); i++) {
        SignalConv up = ups.get(i);
        List<ResidualBlock> parallel = blocks.subList(i * kinds, (i + 1) * kinds);
        x.advance(y -> up.forward(leaky_relu(y, slope)));
        x.advance(y -> mean(parallel, y));
      }
      x.advance(y -> last.forward(leaky_relu(y, lastSlope)));
      return scope.keep(x.get().tanh().flatten(1, -1));
    }
  }

  private Tensor mean(List<ResidualBlock> parallel, Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Carried sum = Carried.of(() -> parallel.get(0).forward(x, slope))) {
      for (ResidualBlock block : parallel.subList(1, parallel.size())) {
        sum.advance(y -> y.add(block.forward(x, slope)));
      }
      return scope.keep(sum.get().div(new Scalar((double) parallel.size())));
    }
  }
}
