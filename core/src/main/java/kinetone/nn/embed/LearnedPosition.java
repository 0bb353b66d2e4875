package kinetone.nn.embed;

import java.util.function.Supplier;
import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A learned vector per position, added to every example of a batch ({@code weight}). */
public final class LearnedPosition extends Module {
  private static final double DEVIATION = 0.02;

  private final Tensor weight;

  private LearnedPosition(long positions, long width, Rng rng) {
    super("LearnedPosition");
    weight = Init.weight(rng, 1, positions, width);
    register_parameter("weight", weight);
  }

  /** N(0, 0.02²). */
  public static LearnedPosition normal(long positions, long width, Rng rng) {
    LearnedPosition position = new LearnedPosition(positions, width, rng);
    Init.normal(position.weight, DEVIATION, rng);
    return position;
  }

  /**
   * Starts from a table (positions, width), for example {@link SinCosPosition}, which is only made
   * once there is room for it.
   */
  public static LearnedPosition startingAt(
      long positions, long width, Supplier<Tensor> table, Rng rng) {
    LearnedPosition position = new LearnedPosition(positions, width, rng);
    try (NoGradGuard noGrad = new NoGradGuard()) {
      position.weight.copy_(table.get().unsqueeze(0));
    }
    return position;
  }

  /** The table, (1, positions, width). */
  public Tensor weight() {
    return weight;
  }
}
