package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.avg_pool1d;
import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.nn.conv.CausalConv1d;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Multi-scale waveform discriminator (MelGAN, Kumar et al. 2019, as in SoundStream): the same
 * layout at the full, half and quarter sample rate, on sound (B, samples).
 */
public final class WaveformDiscriminator extends Module implements Discriminator {
  private static final int STEM_KERNEL = 15;
  private static final int STRIDE = 4;
  private final List<List<CausalConv1d>> scales = new ArrayList<>();

  /**
   * Builds the networks.
   *
   * @param channels width of each layer; all but the first slow down by four
   * @param scales how many sample rates, each half of the one before
   */
  public WaveformDiscriminator(List<Integer> channels, int scales, Rng rng) {
    super("WaveformDiscriminator");
    Check.that(!channels.isEmpty(), "a discriminator needs at least one layer");
    Check.atLeast("scales", scales, 1);
    for (int s = 0; s < scales; s++) {
      List<CausalConv1d> layers = new ArrayList<>();
      layers.add(new CausalConv1d(1, channels.get(0), STEM_KERNEL, 1, 1, rng));
      for (int i = 1; i < channels.size(); i++) {
        int kernel = 2 * STRIDE;
        layers.add(new CausalConv1d(channels.get(i - 1), channels.get(i), kernel, STRIDE, 1, rng));
      }
      layers.add(new CausalConv1d(channels.get(channels.size() - 1), 1, 3, 1, 1, rng));
      for (int i = 0; i < layers.size(); i++) {
        register_module("scale%d_conv%d".formatted(s, i), layers.get(i));
      }
      this.scales.add(layers);
    }
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public Output discriminate(Tensor signal) {
    List<Tensor> logits = new ArrayList<>();
    List<Tensor> features = new ArrayList<>();
    Tensor sound = signal.unsqueeze(1);
    for (List<CausalConv1d> layers : scales) {
      Tensor x = sound.unsqueeze(2);
      for (int i = 0; i < layers.size() - 1; i++) {
        x = leaky_relu(layers.get(i).forward(x, History.none()), Slope.LEAKY);
        features.add(x);
      }
      logits.add(layers.get(layers.size() - 1).forward(x, History.none()));
      sound = avg_pool1d(sound, 2);
    }
    return new Output(logits, features);
  }
}
