package kinetone.feature.vggish;

import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.ArrayList;
import java.util.List;
import kinetone.checkpoint.NetworkFolder;
import kinetone.nn.Linear;
import kinetone.nn.conv.SameConv2d;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * VGGish (Hershey et al. 2017; the weights of AudioSet in PyTorch, harritaylor/torchvggish): 0.96 s
 * of sound as 128 numbers. The ReLU behind the last layer and the whitening and quantisation for
 * YouTube-8M are left out, as in the Fréchet audio distance of audioldm_eval. Modules are made
 * outside of tensor scopes.
 */
public final class Vggish extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<VggishConfig, Vggish> FOLDER =
      new NetworkFolder<>("Vggish", VggishConfig.class, Vggish::new, Vggish::config);

  private static final long[] TWO = {2, 2};
  private static final long[] ZEROS = {0, 0};
  private static final long[] ONES = {1, 1};

  private final VggishConfig config;
  private final List<List<SameConv2d>> levels = new ArrayList<>();
  private final List<Linear> layers = new ArrayList<>();

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Module convolutions;

  private final Module embeddings;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public Vggish(VggishConfig config, Rng rng) {
    super("VGGish");
    this.config = config;
    convolutions = register_module("features", new Module("Sequential"));
    int in = 1;
    int place = 0;
    for (List<Integer> level : config.levels()) {
      List<SameConv2d> made = new ArrayList<>();
      for (int out : level) {
        SameConv2d conv = new SameConv2d(in, out, 3, 1, 1, rng);
        convolutions.register_module(Integer.toString(place), conv);
        made.add(conv);
        in = out;
        // Activations and poolings have places of their own.
        place += 2;
      }
      levels.add(made);
      place++;
    }
    embeddings = register_module("embeddings", new Module("Sequential"));
    long[] widths = {config.flat(), config.hidden(), config.hidden(), config.features()};
    for (int i = 0; i < 3; i++) {
      Linear layer = Linear.xavier(widths[i], widths[i + 1], rng);
      embeddings.register_module(Integer.toString(2 * i), layer);
      layers.add(layer);
    }
  }

  /** The size of this network. */
  public VggishConfig config() {
    return config;
  }

  /**
   * Embeddings.
   *
   * @param examples (B, 96, 64) of {@link VggishFrontEnd}
   * @return (B, features)
   */
  public Tensor forward(Tensor examples) {
    Tensors.requireShape("examples", examples, -1, VggishFrontEnd.FRAMES, VggishFrontEnd.BANDS);
    Tensor x = examples.unsqueeze(1);
    for (List<SameConv2d> level : levels) {
      for (SameConv2d conv : level) {
        x = relu(conv.forward(x));
      }
      x = max_pool2d(x, TWO, TWO, ZEROS, ONES, false);
    }
    // The weights come from a framework with channels last.
    Tensor flat = x.permute(0, 2, 3, 1).flatten(1, 3);
    Tensor hidden = relu(layers.get(1).forward(relu(layers.get(0).forward(flat))));
    return layers.get(2).forward(hidden);
  }
}
