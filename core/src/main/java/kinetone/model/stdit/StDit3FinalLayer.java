package kinetone.model.stdit;

import java.util.Optional;
import kinetone.nn.Linear;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/**
 * The last layer of {@link StDit3}: a layer norm modulated by the timestep and a table, and a
 * projection to pixels.
 */
final class StDit3FinalLayer extends Module {
  private static final int VECTORS = 2;

  private final Linear linear;
  private final Tensor table;

  StDit3FinalLayer(int width, int out, Rng rng) {
    super("StDit3FinalLayer");
    linear = register_module("linear", Linear.xavier(width, out, rng));
    table = StDit3Block.table(VECTORS, width, rng);
    register_parameter("scale_shift_table", table);
  }

  /**
   * Tokens (B, T, h, w, D) to (B, T, h, w, out).
   *
   * <p>Open-Sora's code norms clean positions a second time, after the modulation of the noisy
   * ones, since it overwrites its input. Its weights were trained so, and nobody looks at what is
   * said of clean positions: the code is followed.
   *
   * @param told one vector, which shift and scale share
   */
  Tensor forward(Tensor x, Told told) {
    Tensor noisy = modulated(x, told.now());
    Tensor all =
        told.clean()
            .map(clean -> noisy.where(told.noisy().orElseThrow(), modulated(noisy, clean)))
            .orElse(noisy);
    return linear.forward(all);
  }

  private Tensor modulated(Tensor x, Tensor vector) {
    Tensor[] m = new Told(vector, Optional.empty(), Optional.empty()).with(table);
    return AdaLayerNorm.modulate(AdaLayerNorm.normalise(x), m[0], m[1]);
  }
}
