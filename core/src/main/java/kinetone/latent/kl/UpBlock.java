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

/** A level of the decoder: residual blocks, then twice the resolution unless it is the last. */
final class UpBlock extends Module {
  private final List<ResidualBlock2d> blocks = new ArrayList<>();
  private final Optional<Upsample> up;

  UpBlock(int in, int out, boolean doubles, AutoencoderKlConfig config, Rng rng) {
    super("UpBlock");
    ModuleListImpl resnets = register_module("resnets", new ModuleListImpl());
    for (int i = 0; i <= config.blocks(); i++) {
      ResidualBlock2d block = new ResidualBlock2d(i == 0 ? in : out, out, config, rng);
      resnets.push_back(block);
      blocks.add(block);
    }
    up = doubles ? Optional.of(new Upsample(out, rng)) : Optional.empty();
    up.ifPresent(layer -> register_module("upsamplers", new ModuleListImpl()).push_back(layer));
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Carried y = Carried.of(x)) {
      blocks.forEach(block -> y.advance(block::forward));
      up.ifPresent(layer -> y.advance(layer::forward));
      return scope.keep(y.get());
    }
  }
}
