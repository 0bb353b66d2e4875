package kinetone.checkpoint.convert;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kinetone.common.KinetoneException;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorFile.Deferred;
import kinetone.tensor.TensorFile.Entry;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Finds a network's tensors in a public file, strictly, and lays Kinetone's out as such a file. */
public final class Conversion {
  /** Around everything when a network was trained on several devices. */
  private static final String PARALLEL = "module.";

  private static final int SHOWN = 5;

  /** Relative; bfloat16 is off by half of it. */
  private static final double ROUNDING = 1e-2;

  /** Where the tensors of the network were found. */
  private record Place(String group, String prefix, Naming naming) {}

  private final TensorFile file;
  private final String what;
  private final Map<String, Entry> network;
  private final Place place;
  private final Map<String, Entry> held = new HashMap<>();
  private final Map<String, Layout> layouts = new LinkedHashMap<>();

  private Conversion(TensorFile file, String what, Map<String, Entry> network, Place place) {
    this.file = file;
    this.what = what;
    this.network = network;
    this.place = place;
    network.forEach(
        (name, entry) ->
            place
                .naming()
                .layout(name, entry.shape())
                .ifPresent(layout -> layouts.put(name, layout)));
  }

  /**
   * Finds the group, the prefix and the naming under which {@code file} holds most of the network's
   * tensors; of equals, the first.
   *
   * @param what names the file in errors
   * @param network names and shapes in Kinetone
   * @param groups of the file that are looked at, the preferred one first
   * @param prefixes that names may have
   * @throws KinetoneException naming every missing, unexpected and mis-shaped tensor of the file
   */
  public static Conversion find(
      TensorFile file,
      String what,
      Map<String, Entry> network,
      List<String> groups,
      List<String> prefixes,
      List<? extends Naming> namings) {
    Conversion best = null;
    long most = 0;
    for (String group : groups) {
      Map<String, Entry> tensors = file.groups().getOrDefault(group, Map.of());
      for (String prefix : prefixes) {
        for (Naming naming : namings) {
          Conversion candidate =
              new Conversion(file, what, network, new Place(group, prefix, naming));
          long found = candidate.matches(tensors);
          if (found > most) {
            best = candidate;
            most = found;
          }
        }
      }
    }
    if (best == null) {
      throw nothing(file, what, network);
    }
    best.check();
    return best;
  }

  /** The label of the naming that was found. */
  public String naming() {
    return place.naming().label();
  }

  /**
   * The network's tensors under Kinetone's names, each read when it is asked for. Those that the
   * file need not hold are missing.
   */
  public Map<String, Deferred> tensors() {
    Map<String, Deferred> result = new LinkedHashMap<>();
    layouts.forEach(
        (name, layout) -> {
          ScalarType type = held.get(layout.slots().get(0).name()).type();
          long[] shape = network.get(name).shape();
          result.put(name, new Deferred(type, shape, () -> joined(layout, type)));
        });
    return result;
  }

  /**
   * Lays tensors with Kinetone's names out as a file of {@code naming}.
   *
   * @param prefix of every name in the file
   */
  public static Map<String, Deferred> layOut(
      Map<String, Deferred> tensors, Naming naming, String prefix) {
    Map<String, Deferred> result = new LinkedHashMap<>();
    Map<String, Entry> network = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          network.put(name, new Entry(tensor.type(), tensor.shape()));
          Optional<Layout> layout = naming.layout(name, tensor.shape());
          List<Layout.Slot> slots = layout.map(Layout::slots).orElse(List.of());
          for (int i = 0; i < slots.size(); i++) {
            int part = i;
            result.put(
                prefix + slots.get(i).name(),
                new Deferred(
                    tensor.type(),
                    slots.get(i).shape(),
                    () -> layout.get().split(tensor.values().get()).get(part).to(tensor.type())));
          }
        });
    for (Naming.Constant constant : naming.constants(network)) {
      result.put(
          prefix + constant.name(),
          new Deferred(constant.type(), constant.shape(), constant.values()));
    }
    return result;
  }

  private Tensor joined(Layout layout, ScalarType type) {
    try (TensorScope scope = TensorScope.open()) {
      List<Tensor> parts = layout.slots().stream().map(slot -> read(slot.name())).toList();
      return scope.keep(layout.join(parts).to(type));
    }
  }

  private Tensor read(String name) {
    Tensor tensor = file.read(place.group(), place.prefix() + name);
    if (tensor.is_floating_point() && !torch.isfinite(tensor).all().item_bool()) {
      throw KinetoneException.user("%s: %s holds numbers that are not finite", what, shown(name));
    }
    return tensor;
  }

  private long matches(Map<String, Entry> tensors) {
    return layouts.values().stream()
        .flatMap(layout -> layout.slots().stream())
        .filter(slot -> tensors.containsKey(place.prefix() + slot.name()))
        .count();
  }

  private void check() {
    List<String> faults = new ArrayList<>();
    String prefix = place.prefix();
    file.groups()
        .get(place.group())
        .forEach(
            (name, entry) -> {
              if (name.startsWith(prefix)) {
                held.put(name.substring(prefix.length()), entry);
              } else if (prefix.equals(PARALLEL)) {
                faults.add("unexpected " + TensorFile.printable(name));
              }
            });
    Set<String> extra = new LinkedHashSet<>(held.keySet());
    layouts.forEach(
        (name, layout) -> {
          boolean floating = isFloating(network.get(name).type());
          for (Layout.Slot slot : layout.slots()) {
            extra.remove(slot.name());
            fault(slot, floating).ifPresent(faults::add);
          }
        });
    for (Naming.Constant constant : place.naming().constants(network)) {
      if (extra.remove(constant.name())) {
        fault(constant).ifPresent(faults::add);
      }
    }
    extra.removeIf(place.naming()::isOfAnother);
    extra.stream().sorted().forEach(name -> faults.add("unexpected " + shown(name)));
    if (!faults.isEmpty()) {
      String more = faults.size() > SHOWN ? " and " + (faults.size() - SHOWN) + " more" : "";
      throw KinetoneException.user(
          "%s does not fit the network (%s names): %s%s",
          what,
          naming(),
          String.join("; ", faults.subList(0, Math.min(SHOWN, faults.size()))),
          more);
    }
  }

  private Optional<String> fault(Layout.Slot slot, boolean floating) {
    Entry entry = held.get(slot.name());
    if (entry == null) {
      return Optional.of("missing " + shown(slot.name()));
    }
    if (!fits(entry.shape(), slot.shape())) {
      return Optional.of(misshapen(slot.name(), entry.shape(), slot.shape()));
    }
    return isFloating(entry.type()) == floating
        ? Optional.empty()
        : Optional.of(shown(slot.name()) + " holds numbers of type " + entry.type());
  }

  private static boolean fits(long[] shape, long[] expected) {
    boolean fits = shape.length == expected.length;
    for (int i = 0; fits && i < shape.length; i++) {
      fits = expected[i] < 0 || expected[i] == shape[i];
    }
    return fits;
  }

  private Optional<String> fault(Naming.Constant constant) {
    Entry entry = held.get(constant.name());
    if (!Arrays.equals(entry.shape(), constant.shape())) {
      return Optional.of(misshapen(constant.name(), entry.shape(), constant.shape()));
    }
    try (TensorScope scope = TensorScope.open()) {
      return !constant.checked()
              || same(read(constant.name()).to(constant.type()), constant.values().get())
          ? Optional.empty()
          : Optional.of(shown(constant.name()) + " holds other numbers than the network computes");
    }
  }

  private static boolean same(Tensor given, Tensor computed) {
    return given.is_floating_point()
        ? given.allclose(computed, ROUNDING, 0, false)
        : given.equal(computed);
  }

  private String misshapen(String name, long[] shape, long[] expected) {
    return shown(name)
        + " has shape "
        + Arrays.toString(shape)
        + ", expected "
        + Arrays.toString(expected);
  }

  private String shown(String name) {
    return TensorFile.printable(place.prefix() + name);
  }

  private static boolean isFloating(ScalarType type) {
    return switch (type) {
      case Double, Float, Half, BFloat16 -> true;
      default -> false;
    };
  }

  private static KinetoneException nothing(
      TensorFile file, String what, Map<String, Entry> network) {
    List<String> names =
        file.groups().entrySet().stream()
            .flatMap(
                group ->
                    group.getValue().keySet().stream()
                        .map(
                            name ->
                                TensorFile.printable(
                                    group.getKey().isEmpty() ? name : group.getKey() + "/" + name)))
            .limit(3)
            .toList();
    return KinetoneException.user(
        "%s holds none of the network's %d tensors; it holds %s",
        what, network.size(), names.isEmpty() ? "none at all" : String.join(", ", names) + ", ...");
  }
}
