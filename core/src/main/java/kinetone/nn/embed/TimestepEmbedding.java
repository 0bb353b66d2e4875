package kinetone.nn.embed;

import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Timesteps to vectors: sinusoids, cosines first, through {@code linear, SiLU, linear} (Peebles and
 * Xie 2023; parameters {@code mlp.0} and {@code mlp.2}, weights N(0, 0.02²)). Timesteps may be any
 * number; 0 is embedded as 0.
 */
public final class TimestepEmbedding extends Module {
  private static final double WEIGHT_DEVIATION = 0.02;

  private final Sinusoid sinusoid;
  private final Linear first;
  private final Linear second;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module mlp;

  /**
   * Makes the layers.
   *
   * @param frequencies width of the sinusoids, even; DiT takes 256
   * @param hidden width between the linear layers; DiT takes {@code width}
   * @param width width of the result
   */
  public TimestepEmbedding(int frequencies, int hidden, int width, Rng rng) {
    super("TimestepEmbedding");
    sinusoid = new Sinusoid(frequencies);
    mlp = register_module("mlp", new Module("Sequential"));
    first = Linear.normal(frequencies, hidden, WEIGHT_DEVIATION, rng);
    second = Linear.normal(hidden, width, WEIGHT_DEVIATION, rng);
    mlp.register_module("0", first);
    mlp.register_module("2", second);
  }

  /** Sets the last layer to zero: an embedding that says nothing until it has learned to. */
  public void zeroInitialise(Rng rng) {
    second.zeroInitialise(rng);
  }

  /** Timesteps (...) to (..., width). */
  public Tensor forward(Tensor timesteps) {
    return ofSinusoids(sinusoid.cosFirst(timesteps));
  }

  /** Sinusoids (..., frequencies) made by the caller, for example of more than the timestep. */
  public Tensor ofSinusoids(Tensor sinusoids) {
    return second.forward(torch.silu(first.forward(sinusoids)));
  }
}
