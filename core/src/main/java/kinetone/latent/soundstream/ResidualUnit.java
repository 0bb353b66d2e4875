package kinetone.latent.soundstream;

import kinetone.nn.conv.CausalConv1d;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** x + conv1(act(conv_dilated(act(x)))) (Zeghidour et al. 2021, figure 3). */
final class ResidualUnit extends Module {
  private final Activation act1;
  private final CausalConv1d conv1;
  private final Activation act2;
  private final CausalConv1d conv2;

  ResidualUnit(int channels, int dilation, CausalAudioConfig config, Rng rng) {
    super("ResidualUnit");
    act1 = new Activation(channels, config.activation());
    conv1 = new CausalConv1d(channels, channels, config.kernel(), 1, dilation, rng);
    act2 = new Activation(channels, config.activation());
    conv2 = new CausalConv1d(channels, channels, 1, 1, 1, rng);
    register_module("act1", act1);
    register_module("conv1", conv1);
    register_module("act2", act2);
    register_module("conv2", conv2);
  }

  Tensor forward(Tensor x, History history) {
    Tensor y = conv1.forward(act1.forward(x), history);
    return x.add(conv2.forward(act2.forward(y), history));
  }
}
