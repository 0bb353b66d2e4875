package kinetone.feature.cnn14;

import java.util.List;
import kinetone.common.Check;

/**
 * The size of a Cnn14.
 *
 * @param bands mel bands of the spectrogram
 * @param levels pairs of convolutions
 * @param dropout share of elements dropped after each level while training
 */
public record Cnn14Config(int bands, List<Level> levels, double dropout) {
  /**
   * Two 3×3 convolutions and a mean.
   *
   * @param channels of both
   * @param framePool frames that become one
   * @param bandPool bands that become one
   */
  public record Level(int channels, int framePool, int bandPool) {
    /** Checks the ranges. */
    public Level {
      Check.atLeast("sound.levels.channels", channels, 1);
      Check.atLeast("sound.levels.framePool", framePool, 1);
      Check.atLeast("sound.levels.bandPool", bandPool, 1);
    }
  }

  /** Checks the ranges. */
  public Cnn14Config {
    levels = List.copyOf(levels);
    Check.that(!levels.isEmpty(), "sound.levels is empty");
    Check.within("sound.dropout", dropout, 0, 0.9);
    int pool = levels.stream().mapToInt(Level::bandPool).reduce(1, (a, b) -> a * b);
    Check.that(bands >= pool, "sound.bands = %d, but the levels pool %d bands", bands, pool);
  }

  /** Spectrogram frames behind one feature. */
  public int framesPerFeature() {
    return levels.stream().mapToInt(Level::framePool).reduce(1, (a, b) -> a * b);
  }

  /** Channels of the last level. */
  public int width() {
    return levels.get(levels.size() - 1).channels();
  }

  /** Trainable numbers of normalisation and levels, by arithmetic. */
  public long parameterCount() {
    long total = 2L * bands;
    long in = 1;
    for (Level level : levels) {
      long c = level.channels();
      total += 9 * in * c + 9 * c * c + 4 * c;
      in = c;
    }
    return total;
  }
}
