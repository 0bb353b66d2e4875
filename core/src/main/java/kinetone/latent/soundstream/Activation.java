package kinetone.latent.soundstream;

import static org.bytedeco.pytorch.global.torch.elu;
import static org.bytedeco.pytorch.global.torch.ones;
import static org.bytedeco.pytorch.global.torch.silu;

import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** A nonlinearity on (B, C, 1, L). */
public final class Activation extends Module {
  private static final double EPSILON = 1e-9;

  /** The functions. */
  public enum Kind {
    /** Exponential linear unit, SoundStream's choice. */
    ELU,
    /** x σ(x). */
    SILU,
    /** x + sin²(αx)/α with a learned α per channel (Ziyin et al. 2020): periodic, for tones. */
    SNAKE
  }

  private final Kind kind;
  private Tensor alpha;

  Activation(int channels, Kind kind) {
    super("Activation");
    this.kind = kind;
    if (kind == Kind.SNAKE) {
      alpha = ones(1, channels, 1, 1);
      register_parameter("alpha", alpha);
    }
  }

  Tensor forward(Tensor x) {
    return switch (kind) {
      case ELU -> elu(x);
      case SILU -> silu(x);
      case SNAKE -> x.add(x.mul(alpha).sin().square().div(alpha.add(new Scalar(EPSILON))));
    };
  }
}
