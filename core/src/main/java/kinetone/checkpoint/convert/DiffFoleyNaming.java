package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kinetone.tensor.TensorFile;

/**
 * Diff-Foley's own names (luosiallen/Diff-Foley), which are Kinetone's too. PyTorch's batch norms
 * also count the batches they have seen, which no forward pass uses.
 *
 * @param elsewhere beginnings of names of the file that the network at hand does not have, such as
 *     {@code spec_encoder.} when only the picture side is wanted
 */
public record DiffFoleyNaming(Set<String> elsewhere) implements Naming {
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
    return BatchCounts.of(network);
  }

  @Override
  public boolean isOfAnother(String name) {
    return elsewhere.stream().anyMatch(name::startsWith);
  }
}
