package kinetone.latent.magvit2;

import kinetone.nn.Init;
import kinetone.nn.conv.CausalConv3d;
import kinetone.nn.conv.CausalConv3d.Kernel;
import kinetone.nn.conv.History;
import kinetone.nn.conv.Shuffle3d;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/**
 * A learned linear map beside the convolutions, between the pixels behind one latent and that
 * latent. It begins as the lowest frequencies of a three-dimensional cosine transform of luminance
 * and colour, so that colours and gradients are kept from the first training step on and the
 * convolutions learn what is missing; networks without it stay grey for thousands of steps.
 */
final class BlockTransform3d extends Module {
  /** Luminance, blue and red difference of RGB, orthonormal. */
  private static final double[][] COLOURS = {
    {0.5774, 0.5774, 0.5774}, {-0.4082, -0.4082, 0.8165}, {0.7071, -0.7071, 0}
  };

  /** Colour and frequency in time, height and width of each channel, most telling first. */
  private static final int[][] ORDER = {
    {0, 0, 0, 0}, {1, 0, 0, 0}, {2, 0, 0, 0}, {0, 0, 1, 0}, {0, 0, 0, 1}, {0, 1, 0, 0},
    {0, 0, 1, 1}, {0, 1, 1, 0}, {0, 1, 0, 1}, {0, 0, 2, 0}, {0, 0, 0, 2}, {1, 0, 1, 0},
    {2, 0, 1, 0}, {1, 0, 0, 1}, {2, 0, 0, 1}, {0, 0, 2, 1}
  };

  /** Deviation of a channel at the frequency zero, for signals in [−1, 1]; others are smaller. */
  private static final double PIXEL_DEVIATION = 0.4;

  private final int time;
  private final int space;
  private final CausalConv3d analysis;
  private final CausalConv3d synthesis;

  BlockTransform3d(CausalVideoConfig config, Rng rng) {
    super("BlockTransform3d");
    time = config.timeFactor();
    space = config.spaceFactor();
    int channels = config.latentChannels();
    int moments = channels * config.regularisation().parametersPerChannel();
    int cell = 3 * space * space;
    analysis =
        new CausalConv3d(cell, moments, new Kernel(time, 1, time, 1), config.timePadding(), rng);
    synthesis = new CausalConv3d(channels, time * cell, Kernel.cube(1), config.timePadding(), rng);
    register_module("analysis", analysis);
    register_module("synthesis", synthesis);
    Init.constant(analysis.weight(), 0);
    Init.constant(synthesis.weight(), 0);
    Init.constant(analysis.bias(), 0);
    Init.constant(synthesis.bias(), 0);
    try (PointerScope scope = new PointerScope();
        NoGradGuard noGrad = new NoGradGuard()) {
      // Weights are (out, in, T, 1, 1); the pixels of a cell are ordered (row, column, colour).
      float[] rows = new float[moments * cell * time];
      float[] columns = new float[time * cell * channels];
      double unit = PIXEL_DEVIATION * Math.sqrt((double) time * space * space);
      for (int c = 0; c < Math.min(channels, ORDER.length); c++) {
        double scale = c == 0 ? unit : unit / 2;
        for (int t = 0; t < time; t++) {
          for (int p = 0; p < cell; p++) {
            double basis = basis(ORDER[c], t, p / 3 / space, p / 3 % space, p % 3);
            rows[(c * cell + p) * time + t] = (float) (basis / scale);
            columns[(t * cell + p) * channels + c] = (float) (basis * scale);
          }
        }
      }
      analysis.weight().copy_(Tensors.of(rows, moments, cell, time, 1, 1));
      synthesis.weight().copy_(Tensors.of(columns, (long) time * cell, channels, 1, 1, 1));
    }
  }

  private double basis(int[] order, int t, int row, int column, int colour) {
    return COLOURS[order[0]][colour]
        * cosine(order[1], t, time)
        * cosine(order[2], row, space)
        * cosine(order[3], column, space);
  }

  /** Element {@code n} of the orthonormal DCT-II vector {@code k} of length {@code size}. */
  private static double cosine(int k, int n, int size) {
    return Math.sqrt((k == 0 ? 1.0 : 2.0) / size) * Math.cos(Math.PI / size * (n + 0.5) * k);
  }

  /** Pictures (B, 3, 1+qk, H, W) to moments (B, C or 2C, 1+k, H/p, W/p). */
  Tensor analyse(Tensor video, History history) {
    return analysis.forward(Shuffle3d.spaceToDepth(video, space), history);
  }

  /** Latents (B, C, 1+k, H/p, W/p) to pictures (B, 3, 1+qk, H, W). */
  Tensor synthesise(Tensor latent, History history) {
    Tensor video = Shuffle3d.depthToSpace(synthesis.forward(latent, history), time, space);
    // The first latent stands for one frame only.
    return history.begins(synthesis) ? video.narrow(2, time - 1, video.size(2) - time + 1) : video;
  }
}
