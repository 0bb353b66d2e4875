package kinetone.latent.kl;

import java.util.Optional;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/** The coarsest level: residual block, attention, residual block. */
final class MidBlock extends Module {
  private final ResidualBlock2d first;
  private final Optional<MidAttention> attention;
  private final ResidualBlock2d last;

  MidBlock(AutoencoderKlConfig config, Rng rng) {
    super("MidBlock");
    int width = config.widest();
    first = new ResidualBlock2d(width, width, config, rng);
    attention =
        config.midAttention()
            ? Optional.of(new MidAttention(width, config, rng))
            : Optional.empty();
    last = new ResidualBlock2d(width, width, config, rng);
    ModuleListImpl resnets = register_module("resnets", new ModuleListImpl());
    resnets.push_back(first);
    resnets.push_back(last);
    attention.ifPresent(
        layer -> register_module("attentions", new ModuleListImpl()).push_back(layer));
  }

  Tensor forward(Tensor x) {
    try (TensorScope scope = TensorScope.open();
        Carried y = Carried.of(x)) {
      y.advance(first::forward);
      attention.ifPresent(layer -> y.advance(layer::forward));
      y.advance(last::forward);
      return scope.keep(y.get());
    }
  }
}
