package kinetone.feature.panns;

import java.util.List;
import kinetone.common.Check;
import kinetone.feature.cnn14.Cnn14Config;

/**
 * The size of {@link Panns}.
 *
 * @param sound the levels
 * @param classes that it tells apart
 */
public record PannsConfig(Cnn14Config sound, int classes) {
  /** Cnn14 at 16 kHz: 2048 features, the 527 classes of AudioSet. */
  public static final PannsConfig CNN14_16K =
      new PannsConfig(
          new Cnn14Config(
              64,
              List.of(
                  new Cnn14Config.Level(64, 2, 2),
                  new Cnn14Config.Level(128, 2, 2),
                  new Cnn14Config.Level(256, 2, 2),
                  new Cnn14Config.Level(512, 2, 2),
                  new Cnn14Config.Level(1024, 2, 2),
                  new Cnn14Config.Level(2048, 1, 1)),
              0.2),
          527);

  /** Checks the ranges. */
  public PannsConfig {
    Check.that(sound != null, "sound is missing");
    Check.atLeast("classes", classes, 1);
  }

  /** Trainable numbers, by arithmetic. */
  public long parameterCount() {
    long width = sound.width();
    return sound.parameterCount() + (width + 1) * width + (width + 1) * classes;
  }
}
