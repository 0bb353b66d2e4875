package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.avg_pool1d;
import static org.bytedeco.pytorch.global.torch.max_pool1d;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.Optional;
import kinetone.feature.cnn14.Cnn14Config;
import kinetone.feature.cnn14.Cnn14Levels;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * The sound network of CAVP (Cnn14 of Kong et al. 2020 as Diff-Foley has it): the hidden layer
 * {@code fc1} is applied twice in a row, with the same weights.
 */
final class Cnn14 extends Module {
  private static final long[] THREE = {3};
  private static final long[] ONE = {1};

  private final Cnn14Config config;
  private final Cnn14Levels levels;
  private final Linear hidden;
  private final Linear project;

  Cnn14(Cnn14Config config, int features, Rng rng) {
    super("Cnn14");
    this.config = config;
    levels = new Cnn14Levels(this, "bn", config, rng);
    int in = config.width();
    hidden = register_module("fc1", Linear.xavier(in, in, rng));
    project = register_module("final_project", Linear.xavier(in, features, rng));
  }

  /** Spectrogram frames behind one feature. */
  int framesPerFeature() {
    return config.framesPerFeature();
  }

  /**
   * Features of a spectrogram.
   *
   * @param mel (B, frames, bands)
   * @param dropout draws what is dropped; nothing is when absent
   * @return (B, frames / {@link Cnn14Config#framesPerFeature()}, features)
   */
  Tensor forward(Tensor mel, Optional<Rng> dropout) {
    return project(activated(activated(pooled(mel, dropout))));
  }

  /** (B, time, width) before the hidden layer. */
  Tensor pooled(Tensor mel, Optional<Rng> dropout) {
    Tensor line = levels.forward(mel, dropout); // (B, C, time)
    Tensor largest = max_pool1d(line, THREE, ONE, ONE, ONE, false);
    return largest.add(avg_pool1d(line, THREE, ONE, ONE, false, true)).transpose(1, 2);
  }

  /** The hidden layer, once. */
  Tensor activated(Tensor x) {
    return relu(hidden.forward(x));
  }

  Tensor project(Tensor x) {
    return project.forward(x);
  }

  /** Trainable numbers with an output of {@code features}, by arithmetic. */
  static long parameterCount(Cnn14Config config, int features) {
    long in = config.width();
    return config.parameterCount() + in * in + in + in * features + features;
  }
}
