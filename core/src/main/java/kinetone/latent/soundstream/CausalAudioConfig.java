package kinetone.latent.soundstream;

import java.util.List;
import kinetone.common.Check;
import kinetone.latent.Regularisation;

/**
 * The shape of a {@link CausalAudioAutoencoder}. The first level runs at the sample rate over
 * {@code patch}, each next level is slower by its stride.
 *
 * @param gain by which samples are multiplied before the encoder and divided after the decoder: the
 *     inverse of their typical size, because networks learn best on values of about one
 * @param linearPath whether a {@link BlockTransform} runs beside the convolutions
 * @param patch samples that the stem moves into channels; 1 for none
 * @param stemKernel kernel of the first and last convolution, in patches
 * @param encoder widths and residual units of the encoder, fastest level first
 * @param decoder widths and residual units of the decoder, fastest level (the last one run) first
 * @param strides for each step between levels, by how much it slows down
 * @param dilations of the residual units of a level, in turn
 * @param kernel kernel of the dilated convolutions
 * @param latentKernel kernel of the convolutions next to the latent
 * @param activation nonlinearity
 * @param latentChannels C
 * @param regularisation of the latent
 */
public record CausalAudioConfig(
    double gain,
    boolean linearPath,
    int patch,
    int stemKernel,
    List<Level> encoder,
    List<Level> decoder,
    List<Integer> strides,
    List<Integer> dilations,
    int kernel,
    int latentKernel,
    Activation.Kind activation,
    int latentChannels,
    Regularisation regularisation) {
  /**
   * One rate.
   *
   * @param channels width
   * @param units residual units
   */
  public record Level(int channels, int units) {
    /** Checks the ranges. */
    public Level {
      Check.atLeast("channels", channels, 1);
      Check.atLeast("units", units, 0);
    }
  }

  private static final double LARGEST_GAIN = 1e6;
  private static final List<Integer> DILATIONS = List.of(1, 3, 9);

  /**
   * SoundStream's layout (Zeghidour et al. 2021, section III) with 32 base channels and the 1024
   * latent channels at 50 Hz that AVDiT uses at 16 kHz (Kim et al. 2024, appendix B).
   */
  public static final CausalAudioConfig PAPER = paper(32, 1024);

  /** For two processor cores: the same 320 samples per latent, 32 latent channels. */
  public static final CausalAudioConfig TINY =
      new CausalAudioConfig(
          10,
          true,
          8,
          3,
          List.of(new Level(64, 2), new Level(128, 2), new Level(160, 1), new Level(192, 1)),
          List.of(new Level(64, 3), new Level(128, 3), new Level(160, 1), new Level(192, 1)),
          List.of(5, 4, 2),
          DILATIONS,
          5,
          3,
          Activation.Kind.ELU,
          32,
          Regularisation.noise(1e-3, 0.03));

  /** Checks ranges and that the lists fit together. */
  public CausalAudioConfig {
    Check.that(gain > 0, "gain = %s, must be positive", gain);
    Check.within("gain", gain, 0, LARGEST_GAIN);
    Check.atLeast("patch", patch, 1);
    Check.atLeast("stemKernel", stemKernel, 1);
    Check.atLeast("kernel", kernel, 1);
    Check.atLeast("latentKernel", latentKernel, 1);
    Check.atLeast("latentChannels", latentChannels, 1);
    encoder = List.copyOf(encoder);
    decoder = List.copyOf(decoder);
    strides = List.copyOf(strides);
    dilations = List.copyOf(dilations);
    Check.that(!dilations.isEmpty(), "dilations are empty; give at least one, for example [1]");
    dilations.forEach(dilation -> Check.atLeast("dilations", dilation, 1));
    strides.forEach(stride -> Check.atLeast("strides", stride, 1));
    Check.that(
        encoder.size() == strides.size() + 1 && decoder.size() == encoder.size(),
        "%d strides need %d levels, but encoder has %d and decoder %d",
        strides.size(),
        strides.size() + 1,
        encoder.size(),
        decoder.size());
  }

  /**
   * SoundStream with {@code base} channels at the sample rate, doubled by each stride 2, 4, 5, 8.
   */
  public static CausalAudioConfig paper(int base, int latentChannels) {
    List<Level> levels =
        List.of(
            new Level(base, 3),
            new Level(2 * base, 3),
            new Level(4 * base, 3),
            new Level(8 * base, 3),
            new Level(16 * base, 0));
    return new CausalAudioConfig(
        1,
        false,
        1,
        7,
        levels,
        levels,
        List.of(2, 4, 5, 8),
        DILATIONS,
        7,
        3,
        Activation.Kind.ELU,
        latentChannels,
        Regularisation.kl(1e-6));
  }

  /** Samples per latent. */
  public int hop() {
    return strides.stream().reduce(patch, (a, b) -> a * b);
  }
}
