package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** x + conv(act(dilated conv(act(x)))), once for each dilation (Kong et al. 2020, figure 1). */
final class ResidualBlock extends Module {
  private final ModuleListImpl dilatedList;
  private final ModuleListImpl plainList;
  private final List<SignalConv> dilated = new ArrayList<>();
  private final List<SignalConv> plain = new ArrayList<>();

  ResidualBlock(int channels, int kernel, List<Integer> dilations, Rng rng) {
    super("ResidualBlock");
    dilatedList = register_module("convs1", new ModuleListImpl());
    plainList = register_module("convs2", new ModuleListImpl());
    for (int dilation : dilations) {
      dilated.add(SignalConv.same(channels, channels, kernel, dilation, rng));
      plain.add(SignalConv.same(channels, channels, kernel, 1, rng));
    }
    dilated.forEach(dilatedList::push_back);
    plain.forEach(plainList::push_back);
  }

  Tensor forward(Tensor x, Scalar slope) {
    Tensor sum = x;
    for (int i = 0; i < dilated.size(); i++) {
      Tensor inner = dilated.get(i).forward(leaky_relu(sum, slope));
      sum = sum.add(plain.get(i).forward(leaky_relu(inner, slope)));
    }
    return sum;
  }
}
