package kinetone.train;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** What an optimiser remembers of each parameter: tensors of its shape, and a count of steps. */
final class Moments implements AutoCloseable {
  private static final String STEP = "step";

  /**
   * One parameter.
   *
   * @param moments in the order of their names
   * @param step updates so far, float32 of no dimension
   */
  record Slot(String name, Tensor parameter, List<Tensor> moments, Tensor step) {
    private Stream<Tensor> tensors() {
      return Stream.concat(Stream.of(parameter, step), moments.stream());
    }

    /** Whether the parameter has a gradient to be moved by. */
    boolean moves() {
      return parameter.grad().defined();
    }
  }

  private final List<String> names;
  private final List<Slot> slots = new ArrayList<>();

  /**
   * Zeros for {@code parameters}, which the caller keeps alive.
   *
   * @param names of the moments, as in files
   */
  Moments(Map<String, Tensor> parameters, String... names) {
    this.names = List.of(names);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      parameters.forEach((name, parameter) -> slots.add(slot(name, parameter)));
    }
  }

  private Slot slot(String name, Tensor parameter) {
    List<Tensor> moments = names.stream().map(moment -> torch.zeros_like(parameter)).toList();
    Tensor step = torch.zeros(new long[0]).to(parameter.device(), ScalarType.Float);
    Slot slot = new Slot(name, parameter, moments, step);
    slot.tensors().forEach(Tensor::retainReference);
    return slot;
  }

  List<Slot> slots() {
    return slots;
  }

  /** The tensors themselves, by moment and parameter: {@code exp_avg.blocks.0.weight}. */
  Map<String, Tensor> state() {
    Map<String, Tensor> state = new LinkedHashMap<>();
    for (Slot slot : slots) {
      for (int i = 0; i < names.size(); i++) {
        state.put(names.get(i) + "." + slot.name, slot.moments.get(i));
      }
      state.put(STEP + "." + slot.name, slot.step);
    }
    return state;
  }

  @Override
  public void close() {
    slots.forEach(slot -> slot.tensors().forEach(Tensor::releaseReference));
    slots.clear();
  }
}
