package kinetone.nn.embed;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** A learned vector per position, added to every example of a batch ({@code weight}). */
public final class LearnedPosition extends Module {
  private static final double DEVIATION = 0.02;

  private final Tensor weight;

  private LearnedPosition(long positions, long width) {
    super("LearnedPosition");
    weight = empty(1, positions, width);
    register_parameter("weight", weight);
  }

  /** N(0, 0.02²). */
  public static LearnedPosition normal(long positions, long width, Rng rng) {
    LearnedPosition position = new LearnedPosition(positions, width);
    Init.normal(position.weight, DEVIATION, rng);
    return position;
  }

  /** Starts from {@code table} (positions, width), for example {@link SinCosPosition}. */
  public static LearnedPosition startingAt(Tensor table) {
    LearnedPosition position = new LearnedPosition(table.size(0), table.size(1));
    try (NoGradGuard noGrad = new NoGradGuard()) {
      position.weight.copy_(table.unsqueeze(0));
    }
    return position;
  }

  /** The table, (1, positions, width). */
  public Tensor weight() {
    return weight;
  }
}
