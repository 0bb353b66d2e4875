package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.tensor.TensorFile;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The names of Open-Sora's video autoencoder (hpcaitech/Open-Sora, {@code opensora/models/vae}),
 * which are Kinetone's too. Its files also hold what is subtracted from latents and what they are
 * then divided by, which Kinetone keeps as statistics.
 *
 * @param shift per channel; what is written
 * @param scale per channel; what is written
 */
public record OpenSoraVaeNaming(float[] shift, float[] scale) implements Naming {
  /** The tensor of what is subtracted. */
  public static final String SHIFT = "shift";

  /** The tensor of what latents are divided by. */
  public static final String SCALE = "scale";

  /** For reading alone. */
  public static OpenSoraVaeNaming of(int channels) {
    return new OpenSoraVaeNaming(new float[channels], new float[channels]);
  }

  @Override
  public String label() {
    return "original";
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    return Optional.of(new Layout.Renamed(name, shape));
  }

  @Override
  public List<Constant> constants(Map<String, TensorFile.Entry> network) {
    return List.of(constant(SCALE, scale), constant(SHIFT, shift));
  }

  private static Constant constant(String name, float[] values) {
    long[] shape = {1, values.length, 1, 1, 1};
    return new Constant(name, ScalarType.Float, shape, false, () -> Tensors.of(values, shape));
  }
}
