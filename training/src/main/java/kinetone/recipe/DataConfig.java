package kinetone.recipe;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import kinetone.common.Check;
import kinetone.data.ClipSource;
import kinetone.data.ManifestSource;
import kinetone.data.SceneSource;
import kinetone.media.ClipFormat;
import kinetone.scene.Combinations;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;

/** Where training clips come from: {@code source: scenes} or {@code source: files}. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "source")
@JsonSubTypes({
  @JsonSubTypes.Type(value = DataConfig.Scenes.class, name = "scenes"),
  @JsonSubTypes.Type(value = DataConfig.Files.class, name = "files")
})
public sealed interface DataConfig {
  /** The clips, in {@code format}. */
  ClipSource open(ClipFormat format);

  /** The same kind of clips, but others than {@link #open} gives. */
  ClipSource openHeldOut(ClipFormat format);

  /**
   * Procedural sounding scenes.
   *
   * @param seed of the world; held-out clips come from the world of {@code seed + 1}
   * @param count clips of an epoch
   * @param mix weight per kind of scene; empty for the default mix
   * @param combinations which combinations of thing, colour and count they may have; all if not
   *     given
   */
  record Scenes(long seed, long count, Map<SceneKind, Double> mix, Combinations combinations)
      implements DataConfig {
    /** Checks the count. */
    public Scenes {
      Check.that(count > 0, "count = %d, must be positive", count);
      // In order, since config.yaml is written from it.
      combinations = combinations == null ? Combinations.ALL : combinations;
      mix = mix == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(mix));
    }

    @Override
    public SceneSource open(ClipFormat format) {
      return new SceneSource(format, sceneMix(), seed, count, combinations);
    }

    @Override
    public SceneSource openHeldOut(ClipFormat format) {
      return new SceneSource(format, sceneMix(), seed + 1, count, combinations);
    }

    /** How often each kind occurs. */
    SceneMix sceneMix() {
      return mix.isEmpty() ? SceneMix.all() : new SceneMix(mix);
    }
  }

  /**
   * Media files.
   *
   * @param path a folder, or a manifest in CSV or JSONL
   * @param heldOut another folder or manifest, for validation
   */
  record Files(String path, String heldOut) implements DataConfig {
    /** Checks that both are given. */
    public Files {
      Recipe.require("data.path", path);
      Recipe.require("data.heldOut", heldOut);
    }

    @Override
    public ClipSource open(ClipFormat format) {
      return ManifestSource.open(Path.of(path), format);
    }

    @Override
    public ClipSource openHeldOut(ClipFormat format) {
      return ManifestSource.open(Path.of(heldOut), format);
    }
  }
}
