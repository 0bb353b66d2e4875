package kinetone.nn.attention;

import java.util.Optional;
import kinetone.common.Check;
import kinetone.nn.Linear;
import kinetone.nn.RmsNorm;
import kinetone.nn.embed.RotaryPosition;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * Multi-head self-attention whose queries and keys are RMS-normed head by head ({@code q_norm},
 * {@code k_norm}) and then, if wanted, turned by {@link RotaryPosition}: the attention of Open-Sora
 * 1.2. The softmax is in float32, its scale headWidth^−½.
 */
public final class NormedAttention extends Module {
  private static final double EPSILON = 1e-6;

  private final int width;
  private final int heads;
  private final Linear qkv;
  private final RmsNorm queryNorm;
  private final RmsNorm keyNorm;
  private final Linear proj;
  private final Optional<RotaryPosition> positions;

  /** Xavier-initialised; {@code width} must be divisible by {@code heads}. */
  public NormedAttention(int width, int heads, Optional<RotaryPosition> positions, Rng rng) {
    super("NormedAttention");
    Check.divisible("width", width, "heads", heads);
    this.width = width;
    this.heads = heads;
    this.positions = positions;
    qkv = register_module("qkv", Linear.xavier(width, 3L * width, rng));
    queryNorm = register_module("q_norm", new RmsNorm(width / heads, EPSILON));
    keyNorm = register_module("k_norm", new RmsNorm(width / heads, EPSILON));
    proj = register_module("proj", Linear.xavier(width, width, rng));
  }

  /** Sets the last layer to zero: a residual branch that starts as nothing. */
  public void zeroInitialise(Rng rng) {
    proj.zeroInitialise(rng);
  }

  /** (B, N, width) to (B, N, width). */
  public Tensor forward(Tensor x) {
    TensorVector parts =
        qkv.forward(x)
            .view(x.size(0), x.size(1), 3, heads, width / heads)
            .permute(2, 0, 3, 1, 4)
            .unbind(0); // 3 × (B, heads, N, head width)
    Tensor mixed =
        ScaledDotProduct.of(
            turned(queryNorm.forward(parts.get(0))),
            turned(keyNorm.forward(parts.get(1))),
            parts.get(2));
    return proj.forward(mixed.transpose(1, 2).reshape(x.size(0), x.size(1), width));
  }

  private Tensor turned(Tensor x) {
    return positions.map(rotary -> rotary.forward(x)).orElse(x);
  }
}
