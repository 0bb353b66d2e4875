package kinetone.latent.soundstream;

import java.util.ArrayList;
import java.util.List;
import kinetone.latent.soundstream.CausalAudioConfig.Level;
import kinetone.nn.conv.CausalConv1d;
import kinetone.nn.conv.History;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * Latents (B, C, 1, L/hop) to patches of samples (B, patch, 1, L/patch); causal like the encoder. A
 * step up by s is a convolution over two latents to s times the channels, then moved into time: the
 * same function as SoundStream's transposed convolution with kernel 2s and stride s, but free of
 * copies in channels-last memory.
 */
final class AudioDecoder extends Module {
  private static final int UP_KERNEL = 2;
  private final List<Integer> strides;
  private final CausalConv1d stem;
  private final List<AudioLevel> levels = new ArrayList<>();
  private final List<CausalConv1d> up = new ArrayList<>();
  private final CausalConv1d head;

  AudioDecoder(CausalAudioConfig config, Rng rng) {
    super("AudioDecoder");
    strides = config.strides();
    List<Level> sizes = config.decoder();
    int top = sizes.size() - 1;
    stem =
        new CausalConv1d(
                config.latentChannels(),
                sizes.get(top).channels(),
                config.latentKernel(),
                1,
                1,
                rng)
            .withUnitGain(rng);
    register_module("conv_in", stem);
    for (int i = top; i >= 0; i--) {
      AudioLevel level = new AudioLevel(sizes.get(i), config, rng);
      register_module("level%d".formatted(i), level);
      levels.add(level);
      if (i > 0) {
        int channels = strides.get(i - 1) * sizes.get(i - 1).channels();
        CausalConv1d step =
            new CausalConv1d(sizes.get(i).channels(), channels, UP_KERNEL, 1, 1, rng)
                .withUnitGain(rng);
        register_module("up%d".formatted(i - 1), step);
        up.add(step);
      }
    }
    head =
        new CausalConv1d(sizes.get(0).channels(), config.patch(), config.stemKernel(), 1, 1, rng);
    register_module("conv_out", head);
  }

  Tensor forward(Tensor latent, History history) {
    Tensor x = stem.forward(latent, history);
    for (int n = 0; n < levels.size(); n++) {
      x = levels.get(n).forward(x, history);
      if (n < up.size()) {
        x = channelsToTime(up.get(n).forward(x, history), strides.get(up.size() - 1 - n));
      }
    }
    return head.forward(x, history);
  }

  /** (B, s·C, 1, L) to (B, C, 1, s·L). */
  static Tensor channelsToTime(Tensor x, long s) {
    long[] size = x.shape();
    return x.permute(0, 2, 3, 1).reshape(size[0], 1, size[3] * s, size[1] / s).permute(0, 3, 1, 2);
  }
}
