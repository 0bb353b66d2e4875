package kinetone.feature.kind;

import static org.bytedeco.pytorch.global.torch.adaptive_avg_pool2d;
import static org.bytedeco.pytorch.global.torch.amax;
import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.silu;

import java.util.ArrayList;
import java.util.List;
import kinetone.checkpoint.NetworkFolder;
import kinetone.nn.Linear;
import kinetone.tensor.Carried;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Names the kind of a clip by its pictures or by its sound. Two-dimensional convolutions see each
 * picture for itself, or the spectrogram as one; what they find at each moment is summed up over
 * time as its mean, its maximum and its mean change from one moment to the next, so that clips of
 * all lengths fit. Modules are made outside of tensor scopes and on the CPU.
 */
public final class KindClassifier extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<KindConfig, KindClassifier> FOLDER =
      new NetworkFolder<>(
          "KindClassifier", KindConfig.class, KindClassifier::new, KindClassifier::config);

  private static final Scalar TWO = kept(new Scalar(2.0));
  private static final long[] TIME = {1};

  private final KindConfig config;
  private final List<ConvLevel> levels = new ArrayList<>();
  private final Linear hidden;
  private final Linear output;

  /**
   * What a classifier makes of clips.
   *
   * @param features (B, D), of the layer before the logits
   * @param logits (B, kinds)
   */
  public record Verdict(Tensor features, Tensor logits) {}

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public KindClassifier(KindConfig config, Rng rng) {
    super("KindClassifier");
    this.config = config;
    int in = config.input().channels();
    for (int out : config.channels()) {
      ConvLevel level = new ConvLevel(in, out, config.groups(), rng);
      levels.add(level);
      register_module("level%d".formatted(levels.size()), level);
      in = out;
    }
    hidden =
        register_module("hidden", Linear.xavier(3L * config.perMoment(), config.features(), rng));
    output =
        register_module("output", Linear.xavier(config.features(), config.kinds().size(), rng));
  }

  /** The size and form of this network. */
  public KindConfig config() {
    return config;
  }

  /**
   * Judges clips.
   *
   * @param clips pictures (B, T, H, W, 3) in [0, 1], or log-mel spectrograms (B, frames, bands) of
   *     the front end in the configuration
   */
  public Verdict forward(Tensor clips) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor moments =
          config.input() instanceof KindConfig.Pictures pictures
              ? seen(clips, pictures)
              : heard(clips, (KindConfig.Sound) config.input());
      Tensor features = silu(hidden.forward(summary(moments)));
      return new Verdict(scope.keep(features), scope.keep(output.forward(features)));
    }
  }

  /** Pictures to (B, frames, 2 C): mean and maximum over each. */
  private Tensor seen(Tensor pictures, KindConfig.Pictures input) {
    Tensors.requireShape("pictures", pictures, -1, -1, -1, -1, 3);
    Tensor frames = Tensors.of(evenly(pictures.size(1), input.frames()), input.frames());
    Tensor chosen = pictures.index_select(1, frames.to(pictures.device(), ScalarType.Long));
    Tensor flat = chosen.flatten(0, 1).permute(0, 3, 1, 2).mul(TWO).sub(Tensors.ONE);
    long size = input.size();
    Tensor fitted =
        flat.size(2) == size && flat.size(3) == size
            ? flat.contiguous()
            : adaptive_avg_pool2d(flat, size, size);
    Tensor maps = levels(fitted).flatten(2, 3);
    Tensor both = cat(new TensorVector(maps.mean(2), amax(maps, new long[] {2}, false)), 1);
    return both.unflatten(0, -1, input.frames());
  }

  /** Spectrograms to (B, moments, C · bands left). */
  private Tensor heard(Tensor mel, KindConfig.Sound input) {
    Tensors.requireShape("log-mel spectrogram", mel, -1, -1, input.mel().bands());
    return levels(mel.unsqueeze(1)).permute(0, 2, 1, 3).flatten(2, 3);
  }

  private Tensor levels(Tensor maps) {
    try (TensorScope scope = TensorScope.open();
        Carried x = Carried.of(maps)) {
      levels.forEach(level -> x.advance(level::forward));
      return scope.keep(x.get());
    }
  }

  /** (B, moments, C) to (B, 3 C). */
  private static Tensor summary(Tensor moments) {
    long count = moments.size(1);
    Tensor change =
        count == 1
            ? moments.mul(new Scalar(0.0)).mean(1)
            : moments.narrow(1, 1, count - 1).sub(moments.narrow(1, 0, count - 1)).abs().mean(1);
    return cat(new TensorVector(moments.mean(1), amax(moments, TIME, false), change), 1);
  }

  /** {@code count} of {@code length} indices, the first and the last among them. */
  static long[] evenly(long length, int count) {
    long[] chosen = new long[count];
    for (int k = 0; k < count; k++) {
      chosen[k] = count == 1 ? length / 2 : Math.round(k * (length - 1.0) / (count - 1));
    }
    return chosen;
  }

  /** A constant must not die with the scope that happens to be open when this class loads. */
  private static Scalar kept(Scalar scalar) {
    scalar.retainReference();
    return scalar;
  }
}
