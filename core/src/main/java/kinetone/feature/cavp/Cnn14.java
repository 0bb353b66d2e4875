package kinetone.feature.cavp;

import static org.bytedeco.pytorch.global.torch.avg_pool1d;
import static org.bytedeco.pytorch.global.torch.max_pool1d;
import static org.bytedeco.pytorch.global.torch.relu;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.nn.BatchNorm;
import kinetone.nn.Dropout;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
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
  private final BatchNorm norm;
  private final List<ConvBlock> blocks = new ArrayList<>();
  private final Linear hidden;
  private final Linear project;

  Cnn14(Cnn14Config config, int features, Rng rng) {
    super("Cnn14");
    this.config = config;
    norm = register_module("bn", new BatchNorm(config.bands(), 1));
    int in = 1;
    for (Cnn14Config.Level level : config.levels()) {
      ConvBlock block = new ConvBlock(in, level, rng);
      blocks.add(block);
      register_module("conv_block%d".formatted(blocks.size()), block);
      in = level.channels();
    }
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
    Tensors.requireShape("mel spectrogram", mel, -1, -1, config.bands());
    Tensor x = norm.forward(mel.transpose(1, 2)).transpose(1, 2).unsqueeze(1);
    for (ConvBlock block : blocks) {
      Tensor y = block.forward(x);
      x = dropout.map(rng -> Dropout.apply(y, config.dropout(), rng)).orElse(y);
    }
    Tensor line = x.mean(3); // (B, C, time)
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
}
