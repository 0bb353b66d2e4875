package kinetone.latent.soundstream;

import java.util.ArrayList;
import java.util.List;
import kinetone.latent.soundstream.CausalAudioConfig.Level;
import kinetone.nn.conv.CausalConv1d;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** (B, patch, 1, L/patch) to the moments of the latent (B, C or 2C, 1, L/hop). */
final class AudioEncoder extends Module {
  private final CausalConv1d stem;
  private final List<AudioLevel> levels = new ArrayList<>();
  private final List<CausalConv1d> down = new ArrayList<>();
  private final CausalConv1d head;

  AudioEncoder(CausalAudioConfig config, Rng rng) {
    super("AudioEncoder");
    List<Level> sizes = config.encoder();
    stem =
        new CausalConv1d(config.patch(), sizes.get(0).channels(), config.stemKernel(), 1, 1, rng)
            .withUnitGain(rng);
    register_module("conv_in", stem);
    for (int i = 0; i < sizes.size(); i++) {
      AudioLevel level = new AudioLevel(sizes.get(i), config, rng);
      register_module("level%d".formatted(i), level);
      levels.add(level);
      if (i + 1 < sizes.size()) {
        int stride = config.strides().get(i);
        CausalConv1d step =
            new CausalConv1d(
                    sizes.get(i).channels(),
                    sizes.get(i + 1).channels(),
                    2 * stride,
                    stride,
                    1,
                    rng)
                .withUnitGain(rng);
        register_module("down%d".formatted(i), step);
        down.add(step);
      }
    }
    int top = sizes.get(sizes.size() - 1).channels();
    int moments = config.latentChannels() * config.regularisation().parametersPerChannel();
    head = new CausalConv1d(top, moments, config.latentKernel(), 1, 1, rng).withUnitGain(rng);
    register_module("conv_out", head);
  }

  Tensor forward(Tensor patches, History history) {
    Tensor x = stem.forward(patches, history);
    for (int i = 0; i < levels.size(); i++) {
      x = levels.get(i).forward(x, history);
      if (i < down.size()) {
        x = down.get(i).forward(x, history);
      }
    }
    return head.forward(x, history);
  }
}
