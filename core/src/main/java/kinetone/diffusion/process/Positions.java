package kinetone.diffusion.process;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** From values per time position, (B, time), to the shapes of latents. */
public final class Positions {
  private Positions() {}

  /** Views {@code positions} (B, time) as (B, time, 1, ...) with the rank of {@code like}. */
  public static Tensor broadcast(Tensor positions, Tensor like) {
    long[] shape = new long[like.shape().length];
    Arrays.fill(shape, 1);
    shape[0] = like.size(0);
    shape[1] = like.size(1);
    if (!Arrays.equals(positions.shape(), new long[] {shape[0], shape[1]})) {
      throw KinetoneException.internal(
          "values per position %s do not fit latents %s",
          Arrays.toString(positions.shape()), Arrays.toString(like.shape()));
    }
    return positions.view(shape);
  }

  /** {@code noisy} where the level is above 0, {@code given}, bit for bit, elsewhere. */
  public static Latents whereNoisy(NoiseLevels levels, Latents noisy, Latents given) {
    Map<Modality, Tensor> result = new EnumMap<>(Modality.class);
    for (Modality modality : noisy.modalities()) {
      Tensor value = noisy.get(modality);
      Tensor mask = broadcast(levels.get(modality).gt(new Scalar(0L)), value);
      result.put(modality, value.where(mask, given.get(modality)));
    }
    return Latents.of(result);
  }

  /** The largest level: the time of the generated part while sampling. */
  public static double time(NoiseLevels levels) {
    if (levels.time().isPresent()) {
      return levels.time().getAsDouble();
    }
    double largest = 0;
    for (Tensor t : levels.asMap().values()) {
      largest = Math.max(largest, t.max().item_double());
    }
    return largest;
  }
}
