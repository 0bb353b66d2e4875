package kinetone.feature.align;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Module;

/** A named container that holds its children, which libtorch holds weakly. */
final class Sequence extends Module {
  private final List<Module> children = new ArrayList<>();

  Sequence() {
    super("Sequence");
  }

  /** Registers {@code child} under its place in the reference's nn.Sequential. */
  <M extends Module> M add(int place, M child) {
    children.add(child);
    return register_module(Integer.toString(place), child);
  }
}
