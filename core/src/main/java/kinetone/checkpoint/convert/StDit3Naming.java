package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.tensor.TensorFile;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The names of STDiT3 (hpcaitech/Open-Sora, {@code opensora/models/stdit/stdit3.py}), which are
 * Kinetone's too. Its patches have an axis of time, one frame long, and its files hold the
 * frequencies of rotary positions.
 *
 * @param frequencies of rotary positions, one for each pair of a head's width
 */
public record StDit3Naming(float[] frequencies) implements Naming {
  /** The kernel of the patches. */
  static final String PATCHES = "x_embedder.proj.weight";

  private static final String FREQUENCIES = "rope.freqs";

  @Override
  public String label() {
    return "original";
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    return Optional.of(
        name.equals(PATCHES)
            ? new Layout.Renamed(
                new Layout.Slot(name, new long[] {shape[0], shape[1], 1, shape[2], shape[3]}),
                shape)
            : new Layout.Renamed(name, shape));
  }

  @Override
  public List<Constant> constants(Map<String, TensorFile.Entry> network) {
    return List.of(
        new Constant(
            FREQUENCIES,
            ScalarType.Float,
            new long[] {frequencies.length},
            true,
            () -> Tensors.of(frequencies, frequencies.length)));
  }
}
