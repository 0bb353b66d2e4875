package kinetone.vocoder;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.CRC32;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** The weights and signals of goldens/vocoder.py: a formula of name and index. */
public final class Formula {
  private Formula() {}

  /** Pseudo-random float32 in [−0.5, 0.5). */
  public static Tensor values(String name, long... shape) {
    int count = 1;
    for (long size : shape) {
      count *= (int) size;
    }
    CRC32 crc = new CRC32();
    crc.update(name.getBytes(StandardCharsets.UTF_8));
    int offset = (int) crc.getValue();
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      int h = (i + 1) * 0x9E3779B1 + offset;
      h ^= h >>> 16;
      h *= 0x045D9F3B;
      h ^= h >>> 16;
      values[i] = (float) ((h >>> 8) / 16777216.0 - 0.5);
    }
    return Tensors.of(values, shape);
  }

  /** What a weight of this name holds. */
  static Tensor weight(String name, long... shape) {
    Tensor values = values(name, shape);
    if (name.endsWith("weight_g")) {
      return values.add(Tensors.ONE);
    }
    return name.endsWith("bias") ? values.mul(new Scalar(0.1f)) : values;
  }

  /** The weights of all of {@code like}. */
  static Map<String, Tensor> weights(Map<String, Tensor> like) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    like.forEach((name, tensor) -> weights.put(name, weight(name, tensor.shape())));
    return weights;
  }

  /** The same for a network without weight normalisation, as training with it would save them. */
  public static Map<String, Tensor> unfolded(Map<String, Tensor> like) {
    Map<String, Tensor> weights = new LinkedHashMap<>();
    like.forEach(
        (name, tensor) -> {
          long[] shape = tensor.shape();
          if (name.endsWith(".weight")) {
            long[] lengths = shape.clone();
            java.util.Arrays.fill(lengths, 1, lengths.length, 1);
            weights.put(name + "_g", weight(name + "_g", lengths));
            weights.put(name + "_v", weight(name + "_v", shape));
          } else {
            weights.put(name, weight(name, shape));
          }
        });
    return weights;
  }
}
