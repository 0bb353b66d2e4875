package kinetone.feature.cnn14;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.nn.BatchNorm;
import kinetone.nn.Dropout;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Cnn14 (Kong et al. 2020) up to the mean over bands: a normalisation of each band, then {@code
 * conv_block1} and so on. The network around them registers them, so that all names are its own.
 */
public final class Cnn14Levels {
  private final Cnn14Config config;
  private final BatchNorm norm;
  private final List<ConvBlock> blocks = new ArrayList<>();

  /**
   * Makes the levels.
   *
   * @param around registers them
   * @param norm name of the normalisation
   */
  public Cnn14Levels(Module around, String norm, Cnn14Config config, Rng rng) {
    this.config = config;
    this.norm = around.register_module(norm, new BatchNorm(config.bands(), 1));
    int in = 1;
    for (Cnn14Config.Level level : config.levels()) {
      ConvBlock block = new ConvBlock(in, level, rng);
      blocks.add(block);
      around.register_module("conv_block%d".formatted(blocks.size()), block);
      in = level.channels();
    }
  }

  /**
   * Means over bands.
   *
   * @param mel (B, frames, bands)
   * @param dropout draws what is dropped; nothing is when absent
   * @return (B, channels, frames / {@link Cnn14Config#framesPerFeature()})
   */
  public Tensor forward(Tensor mel, Optional<Rng> dropout) {
    Tensors.requireShape("mel spectrogram", mel, -1, -1, config.bands());
    Tensor x = norm.forward(mel.transpose(1, 2)).transpose(1, 2).unsqueeze(1);
    for (ConvBlock block : blocks) {
      Tensor y = block.forward(x);
      x = dropout.map(rng -> Dropout.apply(y, config.dropout(), rng)).orElse(y);
    }
    return x.mean(3);
  }
}
