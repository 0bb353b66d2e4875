package kinetone.feature.inception;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.NetworkFolder;
import kinetone.nn.Linear;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Inception-v3 (Szegedy et al. 2016) with torchvision's names, without its auxiliary classifier:
 * the network of the Fréchet inception distance, and SpecVQGAN's Melception. Modules are made
 * outside of tensor scopes.
 */
public final class InceptionV3 extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<InceptionConfig, InceptionV3> FOLDER =
      new NetworkFolder<>(
          "InceptionV3", InceptionConfig.class, InceptionV3::new, InceptionV3::config);

  /** Width of the features. */
  public static final int FEATURES = 2048;

  private final InceptionConfig config;
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
  private final Linear head;

  /**
   * What it says of pictures.
   *
   * @param features (B, 2048), the mean over all places of the last block
   * @param logits (B, classes)
   * @param unbiased (B, classes), the logits without their bias, of which the inception score is
   */
  public record Verdict(Tensor features, Tensor logits, Tensor unbiased) {}

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public InceptionV3(InceptionConfig config, Rng rng) {
    super("Inception3");
    this.config = config;
    add("Conv2d_1a_3x3", ConvNorm2d.inside(config.channels(), 32, 3, 2, rng));
    add("Conv2d_2a_3x3", ConvNorm2d.inside(32, 32, 3, 1, rng));
    add("Conv2d_2b_3x3", ConvNorm2d.same(32, 64, 3, 3, rng));
    stemPool();
    add("Conv2d_3b_1x1", ConvNorm2d.same(64, 80, 1, 1, rng));
    add("Conv2d_4a_3x3", ConvNorm2d.inside(80, 192, 3, 1, rng));
    stemPool();
    add("Mixed_5b", new InceptionA(config, 192, 32, rng));
    add("Mixed_5c", new InceptionA(config, 256, 64, rng));
    add("Mixed_5d", new InceptionA(config, 288, 64, rng));
    add("Mixed_6a", new InceptionB(288, rng));
    add("Mixed_6b", new InceptionC(config, 128, rng));
    add("Mixed_6c", new InceptionC(config, 160, rng));
    add("Mixed_6d", new InceptionC(config, 160, rng));
    add("Mixed_6e", new InceptionC(config, 192, rng));
    add("Mixed_7a", new InceptionD(rng));
    add("Mixed_7b", new InceptionE(1280, config::mean, rng));
    add("Mixed_7c", new InceptionE(FEATURES, config::last, rng));
    head = register_module("fc", Linear.xavier(FEATURES, config.classes(), rng));
  }

  private void add(String name, ConvNorm2d layer) {
    layers.add(register_module(name, layer)::forward);
  }

  private void add(String name, Branches block) {
    layers.add(register_module(name, block)::forward);
  }

  private void stemPool() {
    if (config.stemPools()) {
      layers.add(Branches::largest);
    }
  }

  /** The form of this network. */
  public InceptionConfig config() {
    return config;
  }

  /**
   * Looks at pictures.
   *
   * @param pictures (B, C, H, W) in about [−1, 1]
   */
  public Verdict forward(Tensor pictures) {
    Tensors.requireShape("pictures", pictures, -1, config.channels(), -1, -1);
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(pictures)) {
      layers.forEach(x::advance);
      Tensor features = scope.keep(x.get().mean(2, 3));
      Tensor unbiased = scope.keep(features.matmul(head.weight().t()));
      return new Verdict(features, scope.keep(unbiased.add(head.bias())), unbiased);
    }
  }
}
