package kinetone.nn;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Tensor;

/**
 * Weight normalisation, w = g v / ‖v‖ with one norm per index of the first axis (Salimans and
 * Kingma 2016), PyTorch's default for every layer, transposed convolutions included.
 */
public final class WeightNorm {
  /** How PyTorch names direction and length: hooks, and parametrisations since 2.0. */
  private static final List<String[]> NAMES =
      List.of(
          new String[] {"weight_v", "weight_g"},
          new String[] {"parametrizations.weight.original1", "parametrizations.weight.original0"});

  private WeightNorm() {}

  /** g v / ‖v‖; g has the rank of v and size 1 on all axes but the first. */
  public static Tensor weight(Tensor direction, Tensor length) {
    Tensor norm = direction.flatten(1, -1).square().sum(1).sqrt().view(length.shape());
    return direction.mul(length.div(norm));
  }

  /**
   * Weights with direction and length multiplied out: {@code x.weight_v} and {@code x.weight_g}
   * become {@code x.weight}, everything else stays, in the same order. Results live in the
   * innermost scope.
   *
   * @throws KinetoneException when one of a pair is missing
   */
  public static Map<String, Tensor> fold(Map<String, Tensor> weights) {
    Map<String, Tensor> folded = new LinkedHashMap<>();
    weights.forEach(
        (name, tensor) -> {
          for (String[] pair : NAMES) {
            if (name.endsWith(pair[1])) {
              requirePartner(weights, name, name.replace(pair[1], pair[0]));
              return;
            }
            if (name.endsWith(pair[0])) {
              Tensor length = requirePartner(weights, name, name.replace(pair[0], pair[1]));
              folded.put(name.replace(pair[0], "weight"), weight(tensor, shaped(length, tensor)));
              return;
            }
          }
          folded.put(name, tensor);
        });
    return folded;
  }

  private static Tensor shaped(Tensor length, Tensor direction) {
    long[] shape = new long[(int) direction.dim()];
    Arrays.fill(shape, 1);
    shape[0] = direction.size(0);
    return length.view(shape);
  }

  private static Tensor requirePartner(Map<String, Tensor> weights, String name, String partner) {
    Tensor tensor = weights.get(partner);
    if (tensor == null) {
      throw KinetoneException.user(
          "weights hold %s but not %s; both are needed to undo weight normalisation",
          name, partner);
    }
    return tensor;
  }
}
