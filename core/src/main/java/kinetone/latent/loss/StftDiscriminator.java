package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.nn.conv.SameConv2d;
import kinetone.spectral.Stft;
import kinetone.spectral.StftConfig;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Discriminates by the complex spectrum of sound (B, samples): real and imaginary part as two
 * channels of a picture of frames and frequencies (Zeghidour et al. 2021, section III-D), with
 * plain strided convolutions in place of residual units.
 */
public final class StftDiscriminator extends Module implements Discriminator {
  private final Stft stft;
  private final List<SameConv2d> layers = new ArrayList<>();
  private final SameConv2d head;

  /**
   * Builds the network.
   *
   * @param config the transform; SoundStream has windows of 1024 samples and hops of 256
   * @param channels width of each layer; each halves the frequencies, every second one the frames
   */
  public StftDiscriminator(StftConfig config, List<Integer> channels, Rng rng) {
    super("StftDiscriminator");
    Check.that(!channels.isEmpty(), "a discriminator needs at least one layer");
    stft = new Stft(config);
    int in = 2;
    for (int i = 0; i < channels.size(); i++) {
      SameConv2d layer = new SameConv2d(in, channels.get(i), 3, 2, 1 + i % 2, rng);
      register_module("conv%d".formatted(i), layer);
      layers.add(layer);
      in = channels.get(i);
    }
    head = new SameConv2d(in, 1, 3, 1, 1, rng);
    register_module("conv_out", head);
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public Output discriminate(Tensor signal) {
    List<Tensor> features = new ArrayList<>();
    Tensor x = stft.of(signal).permute(0, 3, 1, 2);
    for (SameConv2d layer : layers) {
      x = leaky_relu(layer.forward(x), Slope.LEAKY);
      features.add(x);
    }
    return new Output(List.of(head.forward(x)), features);
  }
}
