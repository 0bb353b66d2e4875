package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Diff-Foley's own names (luosiallen/Diff-Foley), which are Kinetone's too. PyTorch's batch norms
 * also count the batches they have seen, which no forward pass uses.
 *
 * @param elsewhere beginnings of names of the file that the network at hand does not have, such as
 *     {@code spec_encoder.} when only the picture side is wanted
 */
public record DiffFoleyNaming(Set<String> elsewhere) implements Naming {
  private static final String VARIANCE = ".running_var";
  private static final String COUNT = ".num_batches_tracked";

  /** Keeps its own copy. */
  public DiffFoleyNaming {
    elsewhere = Set.copyOf(elsewhere);
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
    return network.keySet().stream()
        .filter(name -> name.endsWith(VARIANCE))
        .map(name -> name.substring(0, name.length() - VARIANCE.length()) + COUNT)
        .filter(name -> !network.containsKey(name))
        .map(
            name ->
                new Constant(
                    name,
                    ScalarType.Long,
                    new long[0],
                    false,
                    () -> torch.zeros(new long[0], new TensorOptions(ScalarType.Long))))
        .toList();
  }

  @Override
  public boolean isOfAnother(String name) {
    return elsewhere.stream().anyMatch(name::startsWith);
  }
}
