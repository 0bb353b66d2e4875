package kinetone.checkpoint.convert;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import kinetone.checkpoint.ComponentFolder;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;

/** Networks that start from the weights of another network. */
public final class WarmStart {
  /**
   * What a start left open.
   *
   * @param fresh tensors of the network that the naming does not map; they are as they were
   * @param unused tensors of the component that the naming says are of another network
   */
  public record Uncovered(List<String> fresh, List<String> unused) {
    /** Copies the lists. */
    public Uncovered {
      fresh = List.copyOf(fresh);
      unused = List.copyOf(unused);
    }
  }

  private WarmStart() {}

  /**
   * Copies into {@code network} what {@code naming} finds among the tensors of a component, those
   * of its base included; dtypes are converted.
   *
   * @param component the folder of the other network's weights
   * @param network whose tensors {@code naming} maps; where it maps nothing they stay
   * @param naming how the component's tensors are called and laid out
   * @throws kinetone.common.KinetoneException when a tensor that {@code naming} maps is missing or
   *     has another shape, or the component holds tensors that it neither maps nor gives to {@link
   *     Naming#isOfAnother another network}; the network is then unchanged
   */
  public static Uncovered start(Path component, Module network, Naming naming) {
    try (TensorFile file = ComponentFolder.open(component);
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Map<String, Tensor> target = StateDict.of(network);
      Map<String, TensorFile.Entry> entries = new LinkedHashMap<>();
      target.forEach(
          (name, tensor) ->
              entries.put(
                  name, new TensorFile.Entry(tensor.scalar_type().intern(), tensor.shape())));
      Map<String, Tensor> found = new LinkedHashMap<>();
      Conversion.find(
              file,
              component.toString(),
              entries,
              List.of(TensorFile.ROOT),
              List.of(""),
              List.of(naming))
          .tensors()
          .forEach((name, tensor) -> found.put(name, tensor.values().get()));
      found.forEach((name, tensor) -> target.get(name).copy_(tensor));
      Set<String> fresh = new LinkedHashSet<>(target.keySet());
      fresh.removeAll(found.keySet());
      List<String> unused =
          file.groups().get(TensorFile.ROOT).keySet().stream().filter(naming::isOfAnother).toList();
      return new Uncovered(List.copyOf(fresh), unused);
    }
  }
}
