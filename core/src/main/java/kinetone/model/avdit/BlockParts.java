package kinetone.model.avdit;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kinetone.nn.BottleneckAdapter;
import kinetone.nn.attention.AttentionUpdate;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** What is trained in one block of the base; all of it contributes nothing at first. */
final class BlockParts extends Module {
  private final Optional<FrameAttention> temporal;
  private final Map<Place, AttentionUpdate> updates = new EnumMap<>(Place.class);
  private final Map<Place, BottleneckAdapter> adapters = new EnumMap<>(Place.class);

  BlockParts(AdapterAvDiTConfig config, int block, Rng rng) {
    super("BlockParts");
    int width = config.base().width();
    AdapterAvDiTConfig.TemporalAttention wanted = config.temporalAttention();
    temporal =
        wanted != null && AdapterAvDiTConfig.covers(wanted.blocks(), block)
            ? Optional.of(register_module("temporal", new FrameAttention(config, rng)))
            : Optional.empty();
    config
        .updates()
        .forEach(
            (place, low) -> {
              if (AdapterAvDiTConfig.covers(low.blocks(), block)) {
                AttentionUpdate update = new AttentionUpdate(width, low.rank(), low.alpha(), rng);
                updates.put(place, register_module(name(place, "update"), update));
              }
            });
    config
        .adapters()
        .forEach(
            (place, adapter) -> {
              if (AdapterAvDiTConfig.covers(adapter.blocks(), block)) {
                BottleneckAdapter network =
                    new BottleneckAdapter(width, adapter.ratio(), adapter.hasNorm(), rng);
                adapters.put(place, register_module(name(place, "adapter"), network));
              }
            });
  }

  private static String name(Place place, String what) {
    return place.name().toLowerCase(Locale.ROOT) + "_" + what;
  }

  Optional<FrameAttention> temporal() {
    return temporal;
  }

  Optional<AttentionUpdate> update(Place place) {
    return Optional.ofNullable(updates.get(place));
  }

  /** {@code x} with what the adapter at {@code place}, if there is one, makes of {@code inner}. */
  Tensor adapted(Place place, Tensor x, Tensor inner) {
    BottleneckAdapter adapter = adapters.get(place);
    return adapter == null ? x : x.add(adapter.forward(inner));
  }

  /** Whether picture and sound attend to each other here. */
  boolean joins() {
    return adapters.containsKey(Place.JOINT_ATTENTION);
  }
}
