package kinetone.nn.embed;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cos;
import static org.bytedeco.pytorch.global.torch.sin;

import kinetone.common.Check;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Sinusoids of geometrically falling frequency, ω_i = 10000^(−i / half): the common root of
 * timestep and position embeddings. The order of the halves differs between the two in public code,
 * hence two methods.
 */
public final class Sinusoid {
  private static final double BASE = 10_000;

  private Sinusoid() {}

  /** [cos(ω t); sin(ω t)], float32 (..., width): the order of timestep embeddings. */
  public static Tensor cosFirst(Tensor t, int width) {
    Tensor angles = angles(t, width);
    return cat(new TensorVector(cos(angles), sin(angles)), -1);
  }

  /** [sin(ω p); cos(ω p)], float32 (..., width): the order of position embeddings. */
  public static Tensor sinFirst(Tensor position, int width) {
    Tensor angles = angles(position, width);
    return cat(new TensorVector(sin(angles), cos(angles)), -1);
  }

  private static Tensor angles(Tensor t, int width) {
    Check.divisible("width", width, "2", 2);
    float[] frequencies = new float[width / 2];
    for (int i = 0; i < frequencies.length; i++) {
      frequencies[i] = (float) Math.exp(-Math.log(BASE) * i / frequencies.length);
    }
    Tensor row = Tensors.of(frequencies, frequencies.length).to(t.device(), ScalarType.Float);
    return t.to(ScalarType.Float).unsqueeze(-1).mul(row);
  }
}
