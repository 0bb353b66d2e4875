package kinetone.latent.loss;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;
import kinetone.nn.conv.CausalConv3d;
import kinetone.nn.conv.CausalConv3d.Kernel;
import kinetone.nn.conv.History;
import kinetone.nn.conv.TimePadding;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * PatchGAN in three dimensions (Isola et al. 2017): strided 3×3×3 convolutions with leaky ReLU 0.2
 * over pictures (B, T, H, W, 3), a logit per patch.
 */
public final class VideoPatchDiscriminator extends Module implements Discriminator {
  private final List<CausalConv3d> layers = new ArrayList<>();
  private final CausalConv3d head;

  /**
   * Builds the network.
   *
   * @param channels width of each layer; each halves height and width, all but the first also time
   */
  public VideoPatchDiscriminator(List<Integer> channels, Rng rng) {
    super("VideoPatchDiscriminator");
    Check.that(!channels.isEmpty(), "a discriminator needs at least one layer");
    int in = 3;
    for (int i = 0; i < channels.size(); i++) {
      Kernel kernel = new Kernel(3, 3, i == 0 ? 1 : 2, 2);
      CausalConv3d layer =
          new CausalConv3d(in, channels.get(i), kernel, TimePadding.FIRST_FRAME, rng);
      register_module("conv%d".formatted(i), layer);
      layers.add(layer);
      in = channels.get(i);
    }
    head = new CausalConv3d(in, 1, Kernel.cube(3), TimePadding.FIRST_FRAME, rng);
    register_module("conv_out", head);
  }

  @Override
  public Module module() {
    return this;
  }

  @Override
  public Output discriminate(Tensor signal) {
    Tensors.requireShape("picture", signal, -1, -1, -1, -1, 3);
    List<Tensor> features = new ArrayList<>();
    Tensor x = signal.contiguous().permute(0, 4, 1, 2, 3);
    for (CausalConv3d layer : layers) {
      x = leaky_relu(layer.forward(x, History.none()), Slope.LEAKY);
      features.add(x);
    }
    return new Output(List.of(head.forward(x, History.none())), features);
  }
}
