package kinetone.feature.cavp;

import java.util.List;
import kinetone.feature.cnn14.Cnn14Config;

/** The network whose weights and answers {@code goldens/cavp.py} wrote. */
public final class NarrowCavp {
  /** Its size. */
  public static final CavpConfig CONFIG =
      new CavpConfig(
          40,
          4,
          12,
          new ResNet3dConfig(4, List.of(1, 2, 2, 1), List.of(false, false, true, true), 1, 7, true),
          new Cnn14Config(
              64,
              List.of(
                  new Cnn14Config.Level(2, 2, 2),
                  new Cnn14Config.Level(3, 2, 2),
                  new Cnn14Config.Level(4, 2, 2),
                  new Cnn14Config.Level(6, 2, 2),
                  new Cnn14Config.Level(8, 1, 2),
                  new Cnn14Config.Level(10, 1, 1)),
              0.2));

  private NarrowCavp() {}
}
