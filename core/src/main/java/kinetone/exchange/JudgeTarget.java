package kinetone.exchange;

import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import kinetone.checkpoint.convert.Naming;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/**
 * A published network that only judges clips ({@code kinetone.evaluate}), in a checkpoint of
 * PyTorch.
 *
 * @param published configuration of the public weights
 * @param network builds it
 * @param names that files may have, those of the public file first
 * @param group the dictionary of the public file around its tensors; empty where there is none
 * @param file its name
 * @param <C> its configuration
 */
record JudgeTarget<C>(
    String name,
    String summary,
    String type,
    C published,
    Class<C> configurationType,
    BiFunction<C, Rng, ? extends Module> network,
    List<Naming> names,
    String group,
    String file)
    implements ImportTarget<C> {
  @Override
  public C configuration() {
    return published;
  }

  @Override
  public Module build(C configuration) {
    try (Rng rng = Rng.none()) {
      return network.apply(configuration, rng);
    }
  }

  @Override
  public List<String> groups() {
    return group.isEmpty() ? List.of("", "state_dict") : List.of(group, "state_dict", "");
  }

  @Override
  public List<Naming> namings(C configuration) {
    return names;
  }

  @Override
  public Map<String, PublicForm> forms(C configuration) {
    return Map.of(
        PublicForm.ORIGINAL,
        PublicForm.original(names.get(0), file, group.isEmpty() ? List.of() : List.of(group)));
  }
}
