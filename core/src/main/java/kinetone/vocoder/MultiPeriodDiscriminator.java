package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.reflection_pad1d;

import java.util.ArrayList;
import java.util.List;
import kinetone.latent.loss.Discriminator;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/**
 * HiFi-GAN's multi-period discriminator (Kong et al. 2020, section 2.3): sound (B, samples) is
 * folded into pictures whose width is a period, and convolved along their columns.
 */
public final class MultiPeriodDiscriminator extends Module implements Discriminator {
  private static final int KERNEL = 5;
  private static final int STRIDE = 3;
  private static final List<Integer> WIDTHS = List.of(32, 128, 512, 1024, 1024);
  private final List<Integer> periods;
  private final ModuleListImpl list;
  private final List<DiscriminatorStack> stacks = new ArrayList<>();

  /**
   * Builds the networks.
   *
   * @param periods in samples
   * @param shrink by which the published widths are divided
   */
  public MultiPeriodDiscriminator(List<Integer> periods, int shrink, Rng rng) {
    super("MultiPeriodDiscriminator");
    this.periods = List.copyOf(periods);
    list = register_module("discriminators", new ModuleListImpl());
    for (int i = 0; i < periods.size(); i++) {
      stacks.add(stack(shrink, rng));
    }
    stacks.forEach(list::push_back);
  }

  private static DiscriminatorStack stack(int shrink, Rng rng) {
    List<NormalisedConv> layers = new ArrayList<>();
    int in = 1;
    for (int i = 0; i < WIDTHS.size(); i++) {
      int out = DiscriminatorStack.width(WIDTHS.get(i), shrink);
      int stride = i + 1 < WIDTHS.size() ? STRIDE : 1;
      layers.add(conv(in, out, KERNEL, stride, rng));
      in = out;
    }
    return new DiscriminatorStack(layers, conv(in, 1, 3, 1, rng));
  }

  private static NormalisedConv conv(int in, int out, int kernel, int stride, Rng rng) {
    return new NormalisedConv(
        new NormalisedConv.Geometry(
            new long[] {out, in, kernel, 1}, new long[] {stride, 1}, new long[] {kernel / 2, 0}, 1),
        NormalisedConv.Norm.WEIGHT,
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
    for (int i = 0; i < stacks.size(); i++) {
      logits.add(stacks.get(i).forward(folded(signal, periods.get(i)), features));
    }
    return new Output(logits, features);
  }

  /** (B, samples) to (B, 1, ⌈samples / period⌉, period), the end mirrored. */
  private static Tensor folded(Tensor signal, long period) {
    long missing = (period - signal.size(1) % period) % period;
    Tensor whole = missing == 0 ? signal : reflection_pad1d(signal, 0, missing);
    return whole.reshape(signal.size(0), 1, whole.size(1) / period, period);
  }
}
