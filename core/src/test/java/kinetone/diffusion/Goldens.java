package kinetone.diffusion;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/** Reference values made by goldens/samplers.py. */
public final class Goldens {
  private static final double TOLERANCE = 1e-4;
  private static final Map<String, float[]> VALUES = read();

  private Goldens() {}

  public static float[] get(String name) {
    return VALUES.get(name).clone();
  }

  public static double error(float[] actual, String name) {
    float[] expected = get(name);
    assertThat(actual).hasSameSizeAs(expected);
    double largest = 0;
    double difference = 0;
    for (int i = 0; i < actual.length; i++) {
      largest = Math.max(largest, Math.abs(expected[i]));
      difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    }
    return difference / largest;
  }

  public static void assertMatches(float[] actual, String name) {
    assertThat(error(actual, name)).as(name).isLessThan(TOLERANCE);
  }

  public static void assertMatches(Tensor actual, String name) {
    assertMatches(Tensors.toFloats(actual), name);
  }

  /** A negative control: something deliberately wrong must be seen to be wrong. */
  public static void assertDiffers(Tensor actual, String name) {
    assertThat(error(Tensors.toFloats(actual), name)).as(name).isGreaterThan(3 * TOLERANCE);
  }

  private static Map<String, float[]> read() {
    try {
      Path file =
          Path.of(Goldens.class.getResource("/goldens/samplers/samplers.safetensors").toURI());
      Map<String, float[]> values = new java.util.HashMap<>();
      SafeTensors.read(file).tensors().forEach((k, v) -> values.put(k, Tensors.toFloats(v)));
      return values;
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
