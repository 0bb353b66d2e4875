package kinetone.feature.clap;

import java.util.List;
import kinetone.common.Check;
import kinetone.mel.MelFilterBank;
import kinetone.mel.MelScale;
import kinetone.spectral.LogCompression;
import kinetone.spectral.MelFrontEndConfig;
import kinetone.spectral.MelSpectrogramConfig;
import kinetone.spectral.StftConfig;
import kinetone.spectral.WaveformNormalisation;

/**
 * The size of {@link ClapAudio} and what it hears.
 *
 * @param bands mel bands of the spectrogram
 * @param minHertz lower edge of the first band
 * @param maxHertz upper edge of the last band
 * @param edge of the square into which the spectrogram is folded, a multiple of the bands
 * @param patch edge of the squares that become tokens
 * @param width of the tokens; each stage but the last doubles it and halves both axes
 * @param depths blocks of each stage
 * @param heads of the attention of each stage
 * @param window edge of the windows in which tokens attend to each other
 * @param expansion hidden width of the feed-forward layers over their width
 * @param features numbers of an embedding
 */
public record ClapAudioConfig(
    int bands,
    double minHertz,
    double maxHertz,
    int edge,
    int patch,
    int width,
    List<Integer> depths,
    List<Integer> heads,
    int window,
    int expansion,
    int features) {
  /** Hz. */
  public static final int SAMPLE_RATE = 48_000;

  /** What is heard of a sound: ten seconds. */
  public static final int SAMPLES = 10 * SAMPLE_RATE;

  private static final int FFT_LENGTH = 1024;
  private static final int HOP = 480;
  private static final int MOST = 1 << 14;

  /** laion/clap-htsat-unfused: HTSAT-tiny. */
  public static final ClapAudioConfig UNFUSED =
      new ClapAudioConfig(
          64, 50, 14_000, 256, 4, 96, List.of(2, 2, 6, 2), List.of(4, 8, 16, 32), 8, 4, 512);

  /** Checks the ranges. */
  public ClapAudioConfig {
    Check.within("bands", bands, 1, MOST);
    Check.within("edge", edge, bands, MOST);
    Check.divisible("edge", edge, "bands", bands);
    Check.within("patch", patch, 1, edge);
    Check.within("width", width, 1, MOST);
    Check.within("window", window, 2, edge);
    Check.within("expansion", expansion, 1, 64);
    Check.within("features", features, 1, MOST);
    Check.that(depths != null && !depths.isEmpty(), "depths is empty");
    Check.that(
        heads != null && heads.size() == depths.size(),
        "heads must have as many numbers as depths, %d",
        depths.size());
    depths = List.copyOf(depths);
    heads = List.copyOf(heads);
    Check.within("stages of depths", depths.size(), 1, 8);
    for (int stage = 0; stage < depths.size(); stage++) {
      Check.within("depths", depths.get(stage), 1, 256);
      Check.within("heads", heads.get(stage), 1, MOST);
      Check.divisible("width of a stage", width(width, stage), "heads", heads.get(stage));
    }
    Check.divisible("edge", edge, "patch and window of the last stage", patch * window);
    Check.divisible(
        "edge", edge, "tokens of the last window", (patch * window) << (depths.size() - 1));
    long frames = 1 + SAMPLES / HOP;
    Check.that(
        frames <= (long) edge * (edge / bands),
        "edge = %d, has no room for the %d frames of ten seconds in %d bands",
        edge,
        frames,
        bands);
  }

  private static int width(int width, int stage) {
    return width << stage;
  }

  /** Width of the tokens of a stage. */
  int width(int stage) {
    return width(width, stage);
  }

  /** Tokens along each axis of a stage. */
  int tokens(int stage) {
    return (edge / patch) >> stage;
  }

  /** The last stage. */
  int last() {
    return depths.size() - 1;
  }

  /** Pieces of time that lie one above the other in the folded spectrogram. */
  int folds() {
    return edge / bands;
  }

  /**
   * The spectrogram: 48 kHz, 1024/480, Slaney bands, decibels of the power from -100 on
   * (transformers, {@code feature_extraction_clap.py}, as its checkpoints without fusion).
   */
  public MelFrontEndConfig frontEnd() {
    return new MelFrontEndConfig(
        WaveformNormalisation.NONE,
        new MelSpectrogramConfig(
            StftConfig.of(FFT_LENGTH, HOP),
            new MelFilterBank(
                SAMPLE_RATE,
                FFT_LENGTH,
                bands,
                minHertz,
                maxHertz,
                MelScale.SLANEY,
                MelFilterBank.Norm.AREA),
            2),
        0,
        new LogCompression(LogCompression.Base.TEN, 1e-10, 10, 0, false),
        MelFrontEndConfig.Ending.ALL_FRAMES);
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long total = 2L * bands + (long) patch * patch * width + 3L * width;
    for (int stage = 0; stage <= last(); stage++) {
      long c = width(stage);
      long table = (2L * window - 1) * (2L * window - 1) * heads.get(stage);
      long block = 4 * c + 4 * (c + 1) * c + table + 2L * expansion * c * c + (expansion + 1L) * c;
      total += depths.get(stage) * block + (stage < last() ? 8 * c + 8 * c * c : 2 * c);
    }
    long wide = features;
    return total + (width(last()) + 1) * wide + (wide + 1) * wide;
  }
}
