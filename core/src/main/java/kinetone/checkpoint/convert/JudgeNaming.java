package kinetone.checkpoint.convert;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import kinetone.tensor.TensorFile;

/**
 * The names of a published network that only judges: those of its code, perhaps one by one other
 * than Kinetone's. Counts of batches may be there or not.
 *
 * @param label what people call it
 * @param theirs their name for one of Kinetone's
 * @param elsewhere beginnings of names of what files hold besides and nobody asks
 * @param computed what files hold although it follows from the configuration
 */
public record JudgeNaming(
    String label, UnaryOperator<String> theirs, Set<String> elsewhere, List<Constant> computed)
    implements Naming {
  /** Keeps its own copies. */
  public JudgeNaming {
    elsewhere = Set.copyOf(elsewhere);
    computed = List.copyOf(computed);
  }

  /** Kinetone's own names are those of the code. */
  public static JudgeNaming same(String label) {
    return new JudgeNaming(label, UnaryOperator.identity(), Set.of(), List.of());
  }

  @Override
  public Optional<Layout> layout(String name, long[] shape) {
    return Optional.of(new Layout.Renamed(theirs.apply(name), shape));
  }

  @Override
  public List<Constant> constants(Map<String, TensorFile.Entry> network) {
    List<Constant> all = new ArrayList<>(computed);
    for (Constant count : BatchCounts.of(network)) {
      all.add(
          new Constant(
              theirs.apply(count.name()),
              count.type(),
              count.shape(),
              count.checked(),
              count.values()));
    }
    return all;
  }

  @Override
  public boolean isOfAnother(String name) {
    return elsewhere.stream().anyMatch(name::startsWith);
  }
}
