package kinetone.exchange;

import java.util.List;
import java.util.function.BiFunction;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;

/**
 * A network of Diff-Foley's (luosiallen/Diff-Foley), whose checkpoints hold it under {@code
 * state_dict} or bare, perhaps as it was trained on several GPUs.
 *
 * @param <C> its configuration
 */
abstract class DiffFoleyTarget<C> implements ImportTarget<C> {
  private final String name;
  private final String summary;
  private final String type;
  private final C published;
  private final Class<C> configurationType;
  private final BiFunction<C, Rng, ? extends Module> network;

  DiffFoleyTarget(
      String name,
      String summary,
      String type,
      C published,
      Class<C> configurationType,
      BiFunction<C, Rng, ? extends Module> network) {
    this.name = name;
    this.summary = summary;
    this.type = type;
    this.published = published;
    this.configurationType = configurationType;
    this.network = network;
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final String type() {
    return type;
  }

  @Override
  public final Class<C> configurationType() {
    return configurationType;
  }

  @Override
  public final C configuration() {
    return published;
  }

  @Override
  public final Module build(C configuration) {
    try (Rng rng = Rng.none()) {
      return network.apply(configuration, rng);
    }
  }

  @Override
  public final List<String> groups() {
    return List.of("state_dict", "");
  }
}
