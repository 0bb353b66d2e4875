package kinetone.nn.embed;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cos;
import static org.bytedeco.pytorch.global.torch.sin;

import kinetone.common.Check;
import kinetone.tensor.DeviceConstant;
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

  private final DeviceConstant frequencies;

  /** Sinusoids of the given width, which is even: a row of cosines and one of sines. */
  public Sinusoid(int width) {
    Check.divisible("width", width, "2", 2);
    float[] values = new float[width / 2];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) Math.exp(-Math.log(BASE) * i / values.length);
    }
    frequencies = DeviceConstant.of(values);
  }

  /** [cos(ω t); sin(ω t)], float32 (..., width): the order of timestep embeddings. */
  public Tensor cosFirst(Tensor t) {
    Tensor angles = angles(t);
    return cat(new TensorVector(cos(angles), sin(angles)), -1);
  }

  /** [sin(ω p); cos(ω p)], float32 (..., width): the order of position embeddings. */
  public Tensor sinFirst(Tensor position) {
    Tensor angles = angles(position);
    return cat(new TensorVector(sin(angles), cos(angles)), -1);
  }

  private Tensor angles(Tensor t) {
    Tensor row = frequencies.on(t.device(), ScalarType.Float);
    return t.to(ScalarType.Float).unsqueeze(-1).mul(row);
  }
}
