package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.avg_pool1d;

import java.util.ArrayList;
import java.util.List;
import kinetone.latent.loss.Discriminator;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/**
 * HiFi-GAN's multi-scale discriminator (Kumar et al. 2019; Kong et al. 2020, section 2.3): grouped
 * convolutions over sound (B, samples) at the full rate, with spectral normalisation, and at lower
 * rates, with weight normalisation.
 */
public final class MultiScaleDiscriminator extends Module implements Discriminator {
  private static final List<Layer> LAYERS =
      List.of(
          new Layer(128, 15, 1, 1),
          new Layer(128, 41, 2, 4),
          new Layer(256, 41, 2, 16),
          new Layer(512, 41, 4, 16),
          new Layer(1024, 41, 4, 16),
          new Layer(1024, 41, 1, 16),
          new Layer(1024, 5, 1, 1));
  private final ModuleListImpl list;
  private final List<DiscriminatorStack> stacks = new ArrayList<>();

  private record Layer(int width, int kernel, int stride, int groups) {}

  /**
   * Builds the networks.
   *
   * @param scales how many rates, each half of the one before
   * @param shrink by which the published widths are divided
   */
  public MultiScaleDiscriminator(int scales, int shrink, Rng rng) {
    super("MultiScaleDiscriminator");
    list = register_module("discriminators", new ModuleListImpl());
    for (int i = 0; i < scales; i++) {
      stacks.add(
          stack(shrink, i == 0 ? NormalisedConv.Norm.SPECTRAL : NormalisedConv.Norm.WEIGHT, rng));
    }
    stacks.forEach(list::push_back);
  }

  private static DiscriminatorStack stack(int shrink, NormalisedConv.Norm norm, Rng rng) {
    List<NormalisedConv> layers = new ArrayList<>();
    int in = 1;
    for (Layer layer : LAYERS) {
      int out = DiscriminatorStack.width(layer.width(), shrink);
      // Narrow layers cannot have more groups than channels.
      int groups = Math.min(layer.groups(), in);
      layers.add(conv(in, out, layer.kernel(), layer.stride(), groups, norm, rng));
      in = out;
    }
    return new DiscriminatorStack(layers, conv(in, 1, 3, 1, 1, norm, rng));
  }

  private static NormalisedConv conv(
      int in, int out, int kernel, int stride, int groups, NormalisedConv.Norm norm, Rng rng) {
    return new NormalisedConv(
        new NormalisedConv.Geometry(
            new long[] {out, in / groups, kernel},
            new long[] {1, stride},
            new long[] {0, kernel / 2},
            groups),
        norm,
        rng);
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
    for (int i = 0; i < stacks.size(); i++) {
      if (i > 0) {
        sound = avg_pool1d(sound, new long[] {4}, new long[] {2}, new long[] {2}, false, true);
      }
      logits.add(stacks.get(i).forward(sound.unsqueeze(2), features));
    }
    return new Output(logits, features);
  }
}
