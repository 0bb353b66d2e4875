package kinetone.checkpoint.convert;

import java.util.List;
import java.util.Map;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How many batches PyTorch's batch norms have seen, which no forward pass uses. */
final class BatchCounts {
  private static final String VARIANCE = ".running_var";
  private static final String COUNT = ".num_batches_tracked";

  private BatchCounts() {}

  /** Those of norms whose counts the network does not keep. */
  static List<Naming.Constant> of(Map<String, TensorFile.Entry> network) {
    return network.keySet().stream()
        .filter(name -> name.endsWith(VARIANCE))
        .map(name -> name.substring(0, name.length() - VARIANCE.length()) + COUNT)
        .filter(name -> !network.containsKey(name))
        .map(
            name ->
                new Naming.Constant(
                    name,
                    ScalarType.Long,
                    new long[0],
                    false,
                    () -> torch.zeros(new long[0], new TensorOptions(ScalarType.Long))))
        .toList();
  }
}
