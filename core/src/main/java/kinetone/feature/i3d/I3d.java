package kinetone.feature.i3d;

import static org.bytedeco.pytorch.global.torch.avg_pool3d;
import static org.bytedeco.pytorch.global.torch.max_pool3d;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import kinetone.checkpoint.NetworkFolder;
import kinetone.common.Check;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * I3D on pictures (Carreira and Zisserman 2017) with the names of piergiaj/pytorch-i3d: the logits
 * of Kinetics, their mean over time, are the features of FVD and KVD. Modules are made outside of
 * tensor scopes.
 */
public final class I3d extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<I3dConfig, I3d> FOLDER =
      new NetworkFolder<>("I3d", I3dConfig.class, I3d::new, I3d::config);

  /** Fewest pictures of a clip: below, nothing is left of time to take the mean of two of. */
  public static final int FEWEST = 9;

  /** Width and height of what it sees, pixels. */
  public static final int EDGE = 224;

  private static final long[] ZEROS = {0, 0, 0};
  private static final long[] ONES = {1, 1, 1};
  private static final long[] LAST = {2, 7, 7};

  private static final int[][] THIRD = {{64, 96, 128, 16, 32, 32}, {128, 128, 192, 32, 96, 64}};
  private static final int[][] FOURTH = {
    {192, 96, 208, 16, 48, 64},
    {160, 112, 224, 24, 64, 64},
    {128, 128, 256, 24, 64, 64},
    {112, 144, 288, 32, 64, 64},
    {256, 160, 320, 32, 128, 128}
  };
  private static final int[][] FIFTH = {
    {256, 160, 320, 32, 128, 128}, {384, 192, 384, 48, 128, 128}
  };

  private final I3dConfig config;
  private final List<UnaryOperator<Tensor>> layers = new ArrayList<>();
  private final Unit3d head;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public I3d(I3dConfig config, Rng rng) {
    super("InceptionI3d");
    this.config = config;
    add("Conv3d_1a_7x7", Unit3d.active(3, 64, 7, 2, config.epsilon(), rng));
    layers.add(x -> largest(x, new long[] {1, 3, 3}, new long[] {1, 2, 2}));
    add("Conv3d_2b_1x1", Unit3d.active(64, 64, 1, 1, config.epsilon(), rng));
    add("Conv3d_2c_3x3", Unit3d.active(64, 192, 3, 1, config.epsilon(), rng));
    layers.add(x -> largest(x, new long[] {1, 3, 3}, new long[] {1, 2, 2}));
    int width = blocks("Mixed_3", THIRD, 192, rng);
    layers.add(x -> largest(x, new long[] {3, 3, 3}, new long[] {2, 2, 2}));
    width = blocks("Mixed_4", FOURTH, width, rng);
    layers.add(x -> largest(x, new long[] {2, 2, 2}, new long[] {2, 2, 2}));
    width = blocks("Mixed_5", FIFTH, width, rng);
    layers.add(x -> avg_pool3d(x, LAST, ONES, ZEROS, false, true, new LongOptional()));
    head = register_module("logits", Unit3d.linear(width, config.classes(), rng));
  }

  private void add(String name, Unit3d unit) {
    layers.add(register_module(name, unit)::forward);
  }

  private int blocks(String stage, int[][] widths, int in, Rng rng) {
    int width = in;
    char letter = 'b';
    for (int[] block : widths) {
      Mixed mixed = register_module(stage + letter, new Mixed(width, block, config.epsilon(), rng));
      layers.add(mixed::forward);
      width = block[0] + block[2] + block[4] + block[5];
      letter++;
    }
    return width;
  }

  static Tensor largest(Tensor x, long[] kernel, long[] stride) {
    return max_pool3d(SamePadding.of(x, kernel, stride), kernel, stride, ZEROS, ONES, false);
  }

  /** The form of this network. */
  public I3dConfig config() {
    return config;
  }

  /**
   * Logits, their mean over time.
   *
   * @param clips (B, 3, T, 224, 224) in [−1, 1], {@link #FEWEST} pictures or more
   * @return (B, classes)
   */
  public Tensor forward(Tensor clips) {
    Tensors.requireShape("pictures", clips, -1, 3, -1, EDGE, EDGE);
    Check.atLeast("pictures of a clip", Math.toIntExact(clips.size(2)), FEWEST);
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(clips)) {
      layers.forEach(x::advance);
      return scope.keep(head.forward(x.get()).mean(2, 3, 4));
    }
  }
}
