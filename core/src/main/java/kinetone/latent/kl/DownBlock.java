package kinetone.latent.kl;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** A level of the encoder: residual blocks, then half the resolution unless it is the last. */
final class DownBlock extends Module {
  private final List<ResidualBlock2d> blocks = new ArrayList<>();
  private final Optional<Downsample> down;

  DownBlock(int in, int out, boolean halves, AutoencoderKlConfig config, Rng rng) {
    super("DownBlock");
    ModuleListImpl resnets = register_module("resnets", new ModuleListImpl());
    for (int i = 0; i < config.blocks(); i++) {
      ResidualBlock2d block = new ResidualBlock2d(i == 0 ? in : out, out, config, rng);
      resnets.push_back(block);
      blocks.add(block);
    }
    down = halves ? Optional.of(new Downsample(out, rng)) : Optional.empty();
    down.ifPresent(layer -> register_module("downsamplers", new ModuleListImpl()).push_back(layer));
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Carried y = Carried.of(x)) {
      blocks.forEach(block -> y.advance(block::forward));
      down.ifPresent(layer -> y.advance(layer::forward));
      return scope.keep(y.get());
    }
  }
}
