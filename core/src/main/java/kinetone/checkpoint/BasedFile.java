package kinetone.checkpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.Tensor;

/** The tensors of a component and of its base as one file; the component's own come first. */
final class BasedFile implements TensorFile {
  private final TensorFile own;
  private final TensorFile base;
  private final Map<String, Entry> entries = new LinkedHashMap<>();
  private final Map<String, String> inBase = new LinkedHashMap<>();

  /** Closes both files when it is closed. */
  BasedFile(TensorFile own, TensorFile base, Base reference) {
    this.own = own;
    this.base = base;
    entries.putAll(own.groups().get(ROOT));
    base.groups()
        .get(ROOT)
        .forEach(
            (name, entry) -> {
              String here = reference.named(name);
              if (entries.putIfAbsent(here, entry) == null) {
                inBase.put(here, name);
              }
            });
  }

  @Override
  public Map<String, Map<String, Entry>> groups() {
    return Map.of(ROOT, entries);
  }

  @Override
  public Tensor read(String group, String name) {
    return inBase.containsKey(name) ? base.read(group, inBase.get(name)) : own.read(group, name);
  }

  @Override
  public void close() {
    own.close();
    base.close();
  }
}
