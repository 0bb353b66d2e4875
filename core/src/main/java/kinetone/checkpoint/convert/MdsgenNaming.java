package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.tensor.TensorFile;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * MDSGen's own names (triton99/MDSGen, {@code masked_diffusion/models.py}), which are Kinetone's
 * too. Its files also hold, for every block, the index of the bias of each pair of tokens.
 *
 * @param rows of the grid of tokens
 * @param columns of the grid of tokens
 */
public record MdsgenNaming(int rows, int columns) implements Naming {
  private static final String TABLE = ".relative_position_bias_table";
  private static final String INDEX = ".relative_position_index";

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
    long tokens = (long) rows * columns;
    return network.keySet().stream()
        .filter(name -> name.endsWith(TABLE))
        .map(name -> name.substring(0, name.length() - TABLE.length()) + INDEX)
        .filter(name -> !network.containsKey(name))
        .map(
            name ->
                new Constant(name, ScalarType.Long, new long[] {tokens, tokens}, true, this::index))
        .toList();
  }

  /** (Δrow + rows − 1)(2 columns − 1) + Δcolumn + columns − 1 for tokens i and j, row by row. */
  public Tensor index() {
    int tokens = rows * columns;
    long[] index = new long[tokens * tokens];
    for (int i = 0; i < tokens; i++) {
      for (int j = 0; j < tokens; j++) {
        int down = i / columns - j / columns + rows - 1;
        int right = i % columns - j % columns + columns - 1;
        index[i * tokens + j] = (long) down * (2 * columns - 1) + right;
      }
    }
    return Tensors.of(index, tokens, tokens);
  }
}
