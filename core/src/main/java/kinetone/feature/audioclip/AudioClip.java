package kinetone.feature.audioclip;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.full_like;
import static org.bytedeco.pytorch.global.torch.max_pool2d;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.where;

import java.util.ArrayList;
import java.util.List;
import kinetone.checkpoint.NetworkFolder;
import kinetone.nn.BatchNorm;
import kinetone.nn.Linear;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * AudioCLIP's network for sound (Guzhov et al. 2021, AndreyGuzhov/AudioCLIP) in evaluation: learned
 * wavelets, thirds of the spectrum as colours, ResNeXt-50 with attention, and a projection into
 * CLIP's space, not brought to length 1. Modules are made outside of tensor scopes.
 */
public final class AudioClip extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<AudioClipConfig, AudioClip> FOLDER =
      new NetworkFolder<>("AudioClip", AudioClipConfig.class, AudioClip::new, AudioClip::config);

  /** Hz. */
  public static final int SAMPLE_RATE = 44_100;

  private static final int COLOURS = 3;
  private static final int[] LAST = {3, 5};
  private static final double FLOOR = 1e-18;
  private static final long[] THREE = {3, 3};
  private static final long[] TWO = {2, 2};
  private static final long[] ONES = {1, 1};
  private static final long[] PLACES = {2, 3};

  private final AudioClipConfig config;
  private final Fbsp transform;
  private final DeviceConstant window;
  private final Conv2d conv;
  private final BatchNorm norm;
  private final List<List<Bottleneck>> levels = new ArrayList<>();
  private final List<Attention2d> attention = new ArrayList<>();
  private final Linear head;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final List<Module> held = new ArrayList<>();

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public AudioClip(AudioClipConfig config, Rng rng) {
    super("ESResNeXtFBSP");
    this.config = config;
    transform = register_module("fbsp", new Fbsp(config.bins(), config.fftLength(), rng));
    window = new DeviceConstant(() -> window(config.window()));
    conv = register_module("conv1", Conv2d.plain(COLOURS, config.stem(), 7, 2, 1, rng));
    norm = register_module("bn1", new BatchNorm(config.stem(), 1));
    int in = config.stem();
    for (int level = 0; level < config.planes().size(); level++) {
      int out = config.channels(level);
      int number = level + 1;
      attention.add(register_module("att" + number, new Attention2d(in, out, kernel(level), rng)));
      Module around = register_module("layer" + number, new Module("Sequential"));
      held.add(around);
      List<Bottleneck> blocks = new ArrayList<>();
      for (int block = 0; block < config.blocks().get(level); block++) {
        Bottleneck made = new Bottleneck(config, level, in, block == 0, rng);
        blocks.add(around.register_module(Integer.toString(block), made));
        in = out;
      }
      levels.add(blocks);
    }
    attention.add(register_module("att" + (levels.size() + 1), new Attention2d(in, in, LAST, rng)));
    head = register_module("fc", Linear.xavier(in, config.features(), rng));
  }

  /** What the attention of a level looks at: three rows, or five columns. */
  static int[] kernel(int level) {
    return level % 2 == 0 ? new int[] {3, 1} : new int[] {1, 5};
  }

  /**
   * The periodic window of Blackman and Harris (1978) with four terms; files of AudioCLIP hold it
   * although it follows from the length.
   */
  public static Tensor window(int length) {
    float[] values = new float[length];
    for (int i = 0; i < length; i++) {
      double angle = 2 * Math.PI * i / length;
      values[i] =
          (float)
              (0.35875
                  - 0.48829 * Math.cos(angle)
                  + 0.14128 * Math.cos(2 * angle)
                  - 0.01168 * Math.cos(3 * angle));
    }
    return Tensors.of(values, length);
  }

  /** The size of this network. */
  public AudioClipConfig config() {
    return config;
  }

  /**
   * Embeddings, (B, features).
   *
   * @param sound (B, samples) at {@link #SAMPLE_RATE}; the network was trained on numbers from
   *     -32768 to 32767
   */
  public Tensor forward(Tensor sound) {
    Tensors.requireShape("sound", sound, -1, -1);
    try (TensorScope scope = TensorScope.open()) {
      Tensor x = relu(norm.forward(conv.forward(decibels(sound))));
      x = max_pool2d(x, THREE, TWO, ONES, ONES, false);
      for (int level = 0; level < levels.size(); level++) {
        Tensor before = x;
        for (Bottleneck block : levels.get(level)) {
          x = block.forward(x);
        }
        x = x.mul(attention.get(level).forward(before, x.size(2), x.size(3)));
      }
      Tensor counted = attention.get(levels.size()).forward(x, 1, 1);
      Tensor mean = x.mean(PLACES).mul(counted.flatten(1, -1));
      return scope.keep(head.forward(mean));
    }
  }

  /** Decibels of the power, (B, 3, bins / 3, frames), thirds of the spectrum from below. */
  Tensor decibels(Tensor sound) {
    // In the reference's order: single precision leaves little of small numbers, and the same.
    Tensor scaled =
        sound
            .sub(new Scalar(-32768.0))
            .mul(new Scalar(2.0))
            .div(new Scalar(65535.0))
            .add(new Scalar(-1.0));
    Tensor power = transform.power(framed(scaled)).transpose(1, 2);
    int rows = config.bins() / COLOURS;
    Tensor some = power.narrow(1, 0, (long) rows * COLOURS).unflatten(1, COLOURS, rows);
    Tensor loud = where(some.gt(new Scalar(0f)), some, full_like(some, new Scalar(FLOOR)));
    return loud.log10().mul(new Scalar(10.0));
  }

  /** Windowed frames (B, frames, fftLength); zeros at both ends where the last is not full. */
  private Tensor framed(Tensor sound) {
    long samples = sound.size(1);
    long hops =
        Math.max(0, Math.floorDiv(samples - config.window() + config.hop() - 1, config.hop()));
    long missing = Math.max(0, hops * config.hop() + config.window() - samples);
    Tensor padded = constant_pad_nd(sound, missing / 2, missing - missing / 2);
    Tensor frames = padded.unfold(1, config.window(), config.hop()).mul(window.like(sound));
    int beside = config.fftLength() - config.window();
    return constant_pad_nd(frames, beside / 2, beside - beside / 2);
  }
}
