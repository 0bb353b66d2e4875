package kinetone.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.tensor.StateDict;
import kinetone.tensor.Tensors;
import kinetone.vocoder.Formula;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The weights, pictures and sounds of {@code goldens/networks.py}. */
public final class FormulaWeights {
  private FormulaWeights() {}

  /** What a weight of this public name holds. */
  public static Tensor weight(String name, long... shape) {
    if (name.endsWith("num_batches_tracked")) {
      return Tensors.of(new long[1]).reshape(shape);
    }
    Tensor base = Formula.values(name, shape);
    if (shape.length > 1) {
      long fan = 1;
      for (int i = 1; i < shape.length; i++) {
        fan *= shape[i];
      }
      return base.mul(new Scalar((float) Math.sqrt(24.0 / fan)));
    }
    if (name.endsWith("running_var")) {
      return base.add(Tensors.ONE);
    }
    return name.endsWith("weight")
        ? base.mul(new Scalar(0.6f)).add(Tensors.ONE)
        : base.mul(new Scalar(0.4f));
  }

  /** Those of a network whose names are the public ones. */
  public static Map<String, Tensor> of(Module network) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    StateDict.of(network).forEach((name, like) -> weights.put(name, weight(name, like.shape())));
    return weights;
  }

  /** Gives them to a network, ready to judge. */
  public static <M extends Module> M fill(M network) {
    StateDict.load("formula", network, of(network));
    network.eval();
    return network;
  }

  /** A tone in noise that swells, off its zero, (1, samples) at 16 kHz. */
  public static Tensor sound(String name, int samples) {
    float[] noise = Tensors.toFloats(Formula.values(name, samples));
    float[] values = new float[samples];
    for (int i = 0; i < samples; i++) {
      double t = i / 16000.0;
      double swell = Math.sin(2 * Math.PI * 1.5 * t);
      values[i] =
          (float) (0.4 * Math.sin(2 * Math.PI * 440 * t) * swell * swell + 0.2 * noise[i] + 0.05);
    }
    return Tensors.of(values, 1, samples);
  }

  /** Bytes with large and small shapes, (count, 3, height, width), as floats. */
  public static Tensor pictures(String name, int count, int height, int width) {
    float[] noise = Tensors.toFloats(Formula.values(name, count, 3, height, width));
    float[] values = new float[noise.length];
    int place = 0;
    for (int t = 0; t < count; t++) {
      for (int c = 0; c < 3; c++) {
        for (int y = 0; y < height; y++) {
          for (int x = 0; x < width; x++) {
            double base = Math.sin(0.11 * x * (c + 1) + 0.3 * t) + Math.cos(0.07 * y + c + 0.2 * t);
            double value = Math.floor(60 * base + 60 * (double) noise[place] + 128);
            values[place++] = (float) Math.max(0, Math.min(255, value));
          }
        }
      }
    }
    return Tensors.of(values, count, 3, height, width);
  }
}
