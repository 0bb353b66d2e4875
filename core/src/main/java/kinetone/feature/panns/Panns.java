package kinetone.feature.panns;

import static org.bytedeco.pytorch.global.torch.amax;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.Optional;
import kinetone.checkpoint.NetworkFolder;
import kinetone.feature.cnn14.Cnn14Levels;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * PANNs' Cnn14 (Kong et al. 2020, qiuqiangkong/audioset_tagging_cnn) in evaluation: the sum of the
 * largest and the mean over time of what {@link Cnn14Levels} hear, a hidden layer, the logits of
 * AudioSet's classes. Modules are made outside of tensor scopes.
 */
public final class Panns extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<PannsConfig, Panns> FOLDER =
      new NetworkFolder<>("Panns", PannsConfig.class, Panns::new, Panns::config);

  private static final long[] TIME = {2};

  private final PannsConfig config;
  private final Cnn14Levels levels;
  private final Linear hidden;
  private final Linear head;

  /**
   * What it says of sounds.
   *
   * @param features (B, D) behind the activation of the hidden layer
   * @param logits (B, classes), before the sigmoid
   */
  public record Verdict(Tensor features, Tensor logits) {}

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public Panns(PannsConfig config, Rng rng) {
    super("Cnn14");
    this.config = config;
    levels = new Cnn14Levels(this, "bn0", config.sound(), rng);
    int width = config.sound().width();
    hidden = register_module("fc1", Linear.xavier(width, width, rng));
    head = register_module("fc_audioset", Linear.xavier(width, config.classes(), rng));
  }

  /** The size of this network. */
  public PannsConfig config() {
    return config;
  }

  /**
   * Listens.
   *
   * @param mel (B, frames, bands), spectrograms of {@link
   *     kinetone.spectral.MelFrontEndConfig#PANNS}
   */
  public Verdict forward(Tensor mel) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor line = levels.forward(mel, Optional.empty());
      Tensor summary = amax(line, TIME, false).add(line.mean(TIME));
      Tensor features = scope.keep(relu(hidden.forward(summary)));
      return new Verdict(features, scope.keep(head.forward(features)));
    }
  }
}
