package kinetone.server.work;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import kinetone.common.Check;
import kinetone.pipeline.Pipeline;

/**
 * Models in memory within a budget: loaded when somebody needs them, and unloaded, those unused
 * longest first, where another needs the room. A model is used by one at a time.
 */
public final class ModelPool implements AutoCloseable {
  private final ModelCatalog catalog;
  private final long budget;
  private final Function<ModelCatalog.Entry, Pipeline> loader;
  private final Map<String, Slot> loaded = new HashMap<>();
  private final Set<String> reserved = new HashSet<>();
  private long uses;

  /** A model and when it was used last. */
  private static final class Slot {
    private final long memory;
    private LoadedModel model;
    private long lastUse;

    Slot(long memory) {
      this.memory = memory;
    }
  }

  /**
   * A pool.
   *
   * @param budget bytes that all loaded models may take; one model may always be loaded
   * @param loader loads a model
   */
  public ModelPool(
      ModelCatalog catalog, long budget, Function<ModelCatalog.Entry, Pipeline> loader) {
    this.catalog = catalog;
    this.budget = budget;
    this.loader = loader;
  }

  /** Models that a worker could take now: not in use, and there would be room for them. */
  public synchronized List<String> available() {
    List<String> names = new ArrayList<>();
    for (ModelCatalog.Entry entry : catalog.all()) {
      if (!reserved.contains(entry.name()) && fits(entry)) {
        names.add(entry.name());
      }
    }
    return names;
  }

  private boolean fits(ModelCatalog.Entry entry) {
    long busy = 0;
    for (String name : reserved) {
      busy += catalog.find(name).orElseThrow().memory();
    }
    return busy == 0 || busy + entry.memory() <= budget;
  }

  /** The names of the models in memory. */
  public synchronized List<String> loaded() {
    return loaded.entrySet().stream()
        .filter(slot -> slot.getValue().model != null)
        .map(Map.Entry::getKey)
        .sorted()
        .toList();
  }

  /**
   * Reserves a model for one job; empty when it is in use, or there is no room beside those that
   * are.
   */
  public synchronized Optional<Lease> reserve(String name) {
    ModelCatalog.Entry entry = catalog.find(name).orElse(null);
    Check.that(entry != null, "the model %s is not served any more", name);
    if (reserved.contains(name) || !fits(entry)) {
      return Optional.empty();
    }
    reserved.add(name);
    return Optional.of(new Lease(entry));
  }

  /** A model for one job; closing it lets others have it. */
  public final class Lease implements AutoCloseable {
    private final ModelCatalog.Entry entry;

    private Lease(ModelCatalog.Entry entry) {
      this.entry = entry;
    }

    /** The model, loaded if it is not. */
    LoadedModel model() {
      return load(entry);
    }

    @Override
    public void close() {
      release(entry.name());
    }
  }

  private synchronized void release(String name) {
    reserved.remove(name);
    notifyAll();
  }

  private LoadedModel load(ModelCatalog.Entry entry) {
    List<LoadedModel> unloaded = new ArrayList<>();
    Slot slot;
    synchronized (this) {
      slot = loaded.get(entry.name());
      if (slot != null && slot.model != null) {
        slot.lastUse = ++uses;
        return slot.model;
      }
      makeRoom(entry, unloaded);
      slot = new Slot(entry.memory());
      slot.lastUse = ++uses;
      loaded.put(entry.name(), slot);
    }
    unloaded.forEach(LoadedModel::close);
    try {
      LoadedModel model = new LoadedModel(entry.name(), () -> loader.apply(entry));
      synchronized (this) {
        slot.model = model;
      }
      return model;
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        loaded.remove(entry.name());
      }
      throw e;
    }
  }

  private void makeRoom(ModelCatalog.Entry entry, List<LoadedModel> unloaded) {
    while (!loaded.isEmpty() && memory() + entry.memory() > budget) {
      Optional<Map.Entry<String, Slot>> oldest =
          loaded.entrySet().stream()
              .filter(slot -> !reserved.contains(slot.getKey()) && slot.getValue().model != null)
              .min((a, b) -> Long.compare(a.getValue().lastUse, b.getValue().lastUse));
      if (oldest.isEmpty()) {
        return;
      }
      unloaded.add(oldest.get().getValue().model);
      loaded.remove(oldest.get().getKey());
    }
  }

  private long memory() {
    return loaded.values().stream().mapToLong(slot -> slot.memory).sum();
  }

  /** Unloads all; call it when no job runs. */
  @Override
  public void close() {
    List<LoadedModel> all = new ArrayList<>();
    synchronized (this) {
      loaded.values().forEach(slot -> Optional.ofNullable(slot.model).ifPresent(all::add));
      loaded.clear();
    }
    all.forEach(LoadedModel::close);
  }
}
