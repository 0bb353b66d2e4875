package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.max_pool3d;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/**
 * The SlowOnly network of CAVP, without its second pool: one feature per frame. Names as in mmcv:
 * {@code conv1}, {@code layer1.0.conv1.conv.weight} and so on.
 */
final class ResNet3d extends Module {
  private static final long[] POOL = {1, 3, 3};
  private static final long[] POOL_STRIDE = {1, 2, 2};
  private static final long[] POOL_PADDING = {0, 1, 1};
  private static final long[] ONES = {1, 1, 1};

  private final ResNet3dConfig config;
  private final ConvNorm3d stem;
  private final List<Bottleneck3d> blocks = new ArrayList<>();

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<ModuleListImpl> stages = new ArrayList<>();

  ResNet3d(ResNet3dConfig config, Rng rng) {
    super("ResNet3d");
    this.config = config;
    stem =
        register_module(
            "conv1",
            new ConvNorm3d(3, config.channels(), config.stemTime(), config.stemSpace(), 2, 1, rng));
    int in = config.channels();
    for (int i = 0; i < config.blocks().size(); i++) {
      ModuleListImpl stage = register_module("layer%d".formatted(i + 1), new ModuleListImpl());
      stages.add(stage);
      for (int j = 0; j < config.blocks().get(i); j++) {
        int stride = i > 0 && j == 0 ? 2 : 1;
        Bottleneck3d block =
            new Bottleneck3d(
                in, config.inner(i), config.outer(i), config.temporal().get(i), stride, rng);
        blocks.add(block);
        stage.push_back(block);
        in = config.outer(i);
      }
    }
  }

  /** Pictures (B, T, H, W, 3) in [0, 1] to (B, T, features), the mean over each frame. */
  Tensor forward(Tensor pictures) {
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(() -> relu(stem.forward(pictures.permute(0, 4, 1, 2, 3))))) {
      if (config.stemPool()) {
        x.advance(y -> max_pool3d(y, POOL, POOL_STRIDE, POOL_PADDING, ONES, false));
      }
      blocks.forEach(block -> x.advance(block::forward));
      return scope.keep(x.get().mean(-1, -2).transpose(1, 2));
    }
  }
}
