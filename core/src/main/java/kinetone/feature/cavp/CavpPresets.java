package kinetone.feature.cavp;

import java.util.List;
import kinetone.feature.cnn14.Cnn14Config;

/** Named sizes of {@link Cavp}. */
public final class CavpPresets {
  /**
   * The released network: SlowOnly-50 on 224×224 at 4 Hz and Cnn14 on 128 bands at 64 Hz, 512
   * numbers per frame.
   */
  public static final CavpConfig BASE =
      new CavpConfig(
          224,
          4,
          512,
          new ResNet3dConfig(
              64, List.of(3, 4, 6, 3), List.of(false, false, true, true), 1, 7, true),
          new Cnn14Config(
              128,
              List.of(
                  new Cnn14Config.Level(64, 2, 2),
                  new Cnn14Config.Level(128, 2, 2),
                  new Cnn14Config.Level(256, 2, 2),
                  new Cnn14Config.Level(512, 2, 2),
                  new Cnn14Config.Level(1024, 1, 2),
                  new Cnn14Config.Level(2048, 1, 1)),
              0.2));

  /**
   * For sounding scenes of 64×64 at 8 Hz and 64 bands at 64 Hz: one block per stage, every stage
   * sees its neighbours in time, 128 numbers per frame.
   */
  public static final CavpConfig SMALL =
      new CavpConfig(
          64,
          8,
          128,
          new ResNet3dConfig(16, List.of(1, 1, 1, 1), List.of(true, true, true, true), 1, 7, true),
          new Cnn14Config(
              64,
              List.of(
                  new Cnn14Config.Level(16, 2, 2),
                  new Cnn14Config.Level(32, 2, 2),
                  new Cnn14Config.Level(64, 2, 2),
                  new Cnn14Config.Level(96, 1, 2),
                  new Cnn14Config.Level(128, 1, 2)),
              0));

  private CavpPresets() {}
}
