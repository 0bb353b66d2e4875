package kinetone.vocoder;

import java.util.List;
import kinetone.common.Check;

/**
 * The shape of a {@link HiFiGan}.
 *
 * @param bands mel bands
 * @param channels width before the first step up; each step halves it
 * @param rates by how much each step lengthens the signal; their product is the hop
 * @param upKernels kernels of the steps, at least the rates; where kernel and rate are both odd or
 *     both even, the signal becomes exactly rate times as long
 * @param kernels of the residual blocks whose mean is taken after each step
 * @param dilations of each residual block
 * @param lastSlope of the leaky ReLU before the last convolution: 0.01, PyTorch's default, in all
 *     public weights, although every other slope is 0.1
 */
public record HiFiGanConfig(
    int bands,
    int channels,
    List<Integer> rates,
    List<Integer> upKernels,
    List<Integer> kernels,
    List<Integer> dilations,
    double lastSlope) {
  /** PyTorch's default slope of leaky ReLU. */
  public static final double DEFAULT_SLOPE = 0.01;

  /** Kernel of the first and the last convolution. */
  static final int END_KERNEL = 7;

  /**
   * AudioLDM's: 64 bands at a hop of 160, 55 264 897 parameters. The first kernel is even and its
   * rate odd, so T frames give 160 T + 32 samples.
   */
  public static final HiFiGanConfig AUDIO_LDM =
      new HiFiGanConfig(
          64,
          1024,
          List.of(5, 4, 2, 2, 2),
          List.of(16, 16, 8, 4, 4),
          List.of(3, 7, 11),
          List.of(1, 3, 5),
          DEFAULT_SLOPE);

  /** For two processor cores: the same bands and hop, exactly 160 T samples. */
  public static final HiFiGanConfig TINY =
      new HiFiGanConfig(
          64,
          128,
          List.of(5, 4, 4, 2),
          List.of(11, 8, 8, 4),
          List.of(3, 7, 11),
          List.of(1, 3, 5),
          DEFAULT_SLOPE);

  /** Checks ranges and that the lists fit together. */
  public HiFiGanConfig {
    Check.atLeast("bands", bands, 1);
    rates = List.copyOf(rates);
    upKernels = List.copyOf(upKernels);
    kernels = List.copyOf(kernels);
    dilations = List.copyOf(dilations);
    Check.that(!rates.isEmpty(), "rates are empty; give at least one, for example [5]");
    Check.that(
        rates.size() == upKernels.size(),
        "%d rates but %d upKernels; each step needs both",
        rates.size(),
        upKernels.size());
    for (int i = 0; i < rates.size(); i++) {
      Check.atLeast("rates", rates.get(i), 1);
      Check.atLeast("upKernels", upKernels.get(i), rates.get(i));
    }
    Check.divisible(
        "channels", Check.atLeast("channels", channels, 1), "2^steps", 1 << rates.size());
    Check.that(!kernels.isEmpty(), "kernels are empty; give at least one, for example [3]");
    kernels.forEach(
        kernel ->
            Check.that(kernel % 2 == 1, "kernels = %d, residual kernels must be odd", kernel));
    Check.that(!dilations.isEmpty(), "dilations are empty; give at least one, for example [1]");
    dilations.forEach(dilation -> Check.atLeast("dilations", dilation, 1));
    Check.within("lastSlope", lastSlope, 0, 1);
  }

  /** Samples per frame, apart from what the ends add. */
  public int hop() {
    return rates.stream().reduce(1, (a, b) -> a * b);
  }

  /** Samples of {@code frames} frames. */
  public long samples(long frames) {
    long length = frames;
    for (int i = 0; i < rates.size(); i++) {
      length = (length - 1) * rates.get(i) - 2L * upPadding(i) + upKernels.get(i);
    }
    return length;
  }

  /** Width after step {@code i}. */
  int width(int i) {
    return channels >> (i + 1);
  }

  /** Samples that step {@code i} cuts off on both sides. */
  int upPadding(int i) {
    return (upKernels.get(i) - rates.get(i)) / 2;
  }

  /** Trainable parameters, without weight normalisation. */
  public long parameterCount() {
    long count = conv(bands, channels, END_KERNEL);
    for (int i = 0; i < rates.size(); i++) {
      count += conv(2L * width(i), width(i), upKernels.get(i));
      for (int kernel : kernels) {
        count += 2L * dilations.size() * conv(width(i), width(i), kernel);
      }
    }
    return count + conv(width(rates.size() - 1), 1, END_KERNEL);
  }

  private static long conv(long in, long out, long kernel) {
    return in * out * kernel + out;
  }
}
