package kinetone.diffusion.schedule;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.common.Check;
import kinetone.common.KinetoneException;

/**
 * The timesteps that a sampler visits, out of 1..T. The network still sees the original timesteps;
 * the sampler takes ᾱ at them, which amounts to β' = 1 − ᾱ_i / ᾱ_previous.
 */
public final class Respacing {
  private final int[] timesteps;

  private Respacing(int[] timesteps) {
    this.timesteps = timesteps;
  }

  /** Every timestep. */
  public static Respacing all(int total) {
    return sections(total, total);
  }

  /**
   * As DiT's {@code space_timesteps}: {@code "250"} accumulates a fractional stride of (T−1)/249
   * and rounds half to even; {@code "10,15,20"} does so in equal sections; {@code "ddim250"} takes
   * the integer stride that gives exactly so many steps.
   */
  public static Respacing of(String specification, int total) {
    String text = specification.strip();
    try {
      if (text.startsWith("ddim")) {
        return integerStride(total, Integer.parseInt(text.substring(4)));
      }
      return sections(
          total,
          Arrays.stream(text.split(",")).map(String::strip).mapToInt(Integer::parseInt).toArray());
    } catch (NumberFormatException e) {
      throw KinetoneException.user(
          e, "sampling steps '%s' are not understood; use 250, 10,15,20 or ddim250", specification);
    }
  }

  /** {@code counts[i]} steps, evenly spread and rounded, in each of as many equal sections. */
  public static Respacing sections(int total, int... counts) {
    List<Integer> kept = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < counts.length; i++) {
      int size = total / counts.length + (i < total % counts.length ? 1 : 0);
      Check.atLeast("sampling steps", counts[i], 1);
      Check.that(
          counts[i] <= size,
          "sampling steps %d are more than the %d diffusion steps there are",
          counts[i],
          size);
      double stride = counts[i] == 1 ? 1 : (size - 1.0) / (counts[i] - 1);
      double position = 0;
      for (int k = 0; k < counts[i]; k++) {
        kept.add(start + (int) Math.rint(position) + 1);
        position += stride;
      }
      start += size;
    }
    return new Respacing(kept.stream().mapToInt(Integer::intValue).distinct().sorted().toArray());
  }

  /** Timesteps 1, 1+k, 1+2k, ... with the integer stride k that gives {@code count} of them. */
  public static Respacing integerStride(int total, int count) {
    for (int stride = 1; stride < total; stride++) {
      if ((total + stride - 1) / stride == count) {
        int[] kept = new int[count];
        for (int i = 0; i < count; i++) {
          kept[i] = i * stride + 1;
        }
        return new Respacing(kept);
      }
    }
    throw KinetoneException.user(
        "%d steps cannot be taken out of %d with an integer stride", count, total);
  }

  /** How many steps are taken. */
  public int steps() {
    return timesteps.length;
  }

  /** The timestep visited {@code i}-th from the clean end, {@code i} from 0. */
  public int timestep(int i) {
    return timesteps[i];
  }

  /** The visited timestep below the {@code i}-th; 0 below the first. */
  public int previous(int i) {
    return i == 0 ? 0 : timesteps[i - 1];
  }

  /** The timesteps in rising order. */
  public int[] timesteps() {
    return timesteps.clone();
  }
}
