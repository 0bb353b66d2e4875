package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.List;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The convolutions of one discriminator, with leaky ReLU 0.1 between them. */
final class DiscriminatorStack extends Module {
  private final ModuleListImpl list;
  private final List<NormalisedConv> layers;
  private final NormalisedConv head;
  private final Scalar slope;

  DiscriminatorStack(List<NormalisedConv> layers, NormalisedConv head) {
    super("DiscriminatorStack");
    this.layers = List.copyOf(layers);
    slope = new Scalar(0.1);
    list = register_module("convs", new ModuleListImpl());
    layers.forEach(list::push_back);
    this.head = register_module("conv_post", head);
  }

  /** Logits of x (B, 1, H, W); adds all activations, the logits last, to {@code features}. */
  Tensor forward(Tensor x, List<Tensor> features) {
    Tensor y = x;
    for (NormalisedConv layer : layers) {
      y = leaky_relu(layer.forward(y), slope);
      features.add(y);
    }
    Tensor logits = head.forward(y);
    features.add(logits);
    return logits;
  }

  /** A width after shrinking. */
  static int width(int published, int shrink) {
    return Math.max(1, published / shrink);
  }
}
