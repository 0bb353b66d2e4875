package kinetone.vocoder;

import static org.bytedeco.pytorch.global.torch.leaky_relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
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
    try (TensorScope scope = TensorScope.open();
        Carried sum = Carried.of(x)) {
      for (int i = 0; i < dilated.size(); i++) {
        SignalConv wide = dilated.get(i);
        SignalConv narrow = plain.get(i);
        sum.advance(y -> y.add(inner(wide, narrow, y, slope)));
      }
      return scope.keep(sum.get());
    }
  }

  private static Tensor inner(SignalConv dilated, SignalConv plain, Tensor x, Scalar slope) {
    try (TensorScope scope = TensorScope.open();
        Carried y = Carried.of(x)) {
      y.advance(z -> dilated.forward(leaky_relu(z, slope)));
      y.advance(z -> plain.forward(leaky_relu(z, slope)));
      return scope.keep(y.get());
    }
  }
}
