package kinetone.architecture;

import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** What {@link LayersTest} must find. Never run. */
final class Breaches {
  static int counter;

  private Breaches() {}

  static double javaDraws() {
    return Math.random() + new Random().nextDouble() + ThreadLocalRandom.current().nextDouble();
  }

  static Tensor torchDraws() {
    return torch.randn(1);
  }
}
