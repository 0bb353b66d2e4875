package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.nn.conv.CausalConv3d;
import kinetone.nn.conv.CausalConv3d.Kernel;
import kinetone.nn.conv.History;
import kinetone.nn.conv.TimePadding;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Features of pictures (B, T, H, W, 3) without trained weights: a pyramid of strided per-frame
 * convolutions with fixed random weights. Random features keep edges and textures (He, Wang and
 * Hopcroft 2016), but they are no substitute for those of a trained network when one is at hand:
 * any other {@link FeatureExtractor} takes its place.
 */
public final class RandomPictureFeatures extends Module implements FeatureExtractor {
  private final List<CausalConv3d> layers = new ArrayList<>();

  /** Layers of the given widths, each halving height and width, with weights from {@code rng}. */
  public RandomPictureFeatures(List<Integer> channels, Rng rng) {
    super("RandomPictureFeatures");
    int in = 3;
    for (int i = 0; i < channels.size(); i++) {
      CausalConv3d layer =
          new CausalConv3d(in, channels.get(i), new Kernel(1, 3, 1, 2), TimePadding.ZEROS, rng);
      register_module("conv%d".formatted(i), layer);
      layers.add(layer);
      in = channels.get(i);
    }
    TensorVector parameters = parameters();
    for (long i = 0; i < parameters.size(); i++) {
      parameters.get(i).set_requires_grad(false);
    }
  }

  @Override
  public List<Tensor> features(Tensor signal) {
    List<Tensor> features = new ArrayList<>();
    Tensor x = signal.contiguous().permute(0, 4, 1, 2, 3);
    for (CausalConv3d layer : layers) {
      x = leaky_relu(layer.forward(x, History.none()), Slope.LEAKY);
      features.add(x);
    }
    return features;
  }
}
