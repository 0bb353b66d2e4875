package kinetone.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumMap;
import java.util.Map;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.TaskMask;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Arithmetic on row-major latents by modality, plain enough to check the library's by. */
public final class LatentArrays {
  private LatentArrays() {}

  /** a · x + b · y. */
  public static Map<Modality, float[]> mix(
      double a, Map<Modality, float[]> x, double b, Map<Modality, float[]> y) {
    Map<Modality, float[]> result = new EnumMap<>(Modality.class);
    x.forEach((m, values) -> result.put(m, mix(a, values, b, y.get(m))));
    return result;
  }

  /** a · x + b · y. */
  public static float[] mix(double a, float[] x, double b, float[] y) {
    float[] result = new float[x.length];
    for (int i = 0; i < x.length; i++) {
      result[i] = (float) (a * x[i] + b * y[i]);
    }
    return result;
  }

  /** {@code generated} where the mask says so, {@code given} elsewhere. */
  public static Map<Modality, float[]> select(
      TaskMask mask, Map<Modality, float[]> generated, Map<Modality, float[]> given) {
    Map<Modality, float[]> result = new EnumMap<>(Modality.class);
    generated.forEach((m, values) -> result.put(m, select(mask, m, values, given.get(m))));
    return result;
  }

  /** The same for one modality. */
  public static float[] select(TaskMask mask, Modality modality, float[] generated, float[] given) {
    boolean[] positions = mask.generated(modality);
    int size = generated.length / positions.length;
    float[] result = generated.clone();
    for (int i = 0; i < result.length; i++) {
      if (!positions[i / size]) {
        result[i] = given[i];
      }
    }
    return result;
  }

  /** {@code level} where generated, {@code given} elsewhere, by time position. */
  public static Map<Modality, float[]> levels(
      TaskMask mask, Map<Modality, float[]> like, double level, double given) {
    Map<Modality, float[]> result = new EnumMap<>(Modality.class);
    for (Modality modality : like.keySet()) {
      boolean[] positions = mask.generated(modality);
      float[] levels = new float[positions.length];
      for (int i = 0; i < levels.length; i++) {
        levels[i] = (float) (positions[i] ? level : given);
      }
      result.put(modality, levels);
    }
    return result;
  }

  /** Zeros in these shapes. */
  public static Map<Modality, float[]> zeros(Map<Modality, long[]> shapes) {
    Map<Modality, float[]> zeros = new EnumMap<>(Modality.class);
    shapes.forEach((modality, shape) -> zeros.put(modality, new float[size(shape)]));
    return zeros;
  }

  /** Zeros in these shapes; call it in a scope. */
  public static Latents latents(Map<Modality, long[]> shapes) {
    Map<Modality, Tensor> zeros = new EnumMap<>(Modality.class);
    shapes.forEach((m, shape) -> zeros.put(m, Tensors.of(new float[size(shape)], shape)));
    return Latents.of(zeros);
  }

  private static int size(long[] shape) {
    long size = 1;
    for (long extent : shape) {
      size *= extent;
    }
    return Math.toIntExact(size);
  }

  /** Requires the same values, bit for bit. */
  public static void assertSame(
      String what, Map<Modality, float[]> actual, Map<Modality, float[]> expected) {
    assertThat(actual.keySet()).as(what).isEqualTo(expected.keySet());
    expected.forEach((m, values) -> assertThat(actual.get(m)).as(what + " " + m).isEqualTo(values));
  }

  /** Requires the same values but for rounding. */
  public static void assertClose(
      String what, Map<Modality, float[]> actual, Map<Modality, float[]> expected) {
    assertThat(actual.keySet()).as(what).isEqualTo(expected.keySet());
    expected.forEach((m, values) -> assertClose(what + " " + m, actual.get(m), values));
  }

  /** Requires the same values but for rounding. */
  public static void assertClose(String what, float[] actual, float[] expected) {
    assertThat(actual).as(what).hasSameSizeAs(expected);
    assertThat(distance(actual, expected))
        .as(what)
        .isLessThanOrEqualTo(1e-4 * Math.max(1, largest(expected)));
  }

  /** The largest difference. */
  public static double distance(float[] a, float[] b) {
    double largest = 0;
    for (int i = 0; i < a.length; i++) {
      // Not Math.max alone, which a value that is none would pass.
      double difference = Math.abs(a[i] - (double) b[i]);
      largest = Double.isNaN(difference) ? Double.POSITIVE_INFINITY : Math.max(largest, difference);
    }
    return largest;
  }

  private static double largest(float[] values) {
    double largest = 0;
    for (float value : values) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }
}
