package kinetone.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;

/**
 * Makes a model folder of trained components.
 *
 * @param system of the model
 * @param folders of the components by role
 * @param asked what they do not say of the clips
 * @param description one line for people; without one the clips are described
 * @param defaults of generation, where they differ from the system's
 */
public record ModelPacker(
    GenerativeSystem system,
    Map<String, Path> folders,
    AskedFormat asked,
    Optional<String> description,
    OptionValues defaults) {
  /** What the components say and nothing else. */
  public static ModelPacker of(GenerativeSystem system, Map<String, Path> folders) {
    return new ModelPacker(
        system, folders, AskedFormat.NOTHING, Optional.empty(), OptionValues.NONE);
  }

  /** What {@code model_index.json} will say. */
  public ModelIndex index() {
    return index(ModelParts.named(system, folders));
  }

  private ModelIndex index(ModelParts parts) {
    system.requireKnown(defaults);
    ClipFormat format = system.format(parts, asked);
    ModelIndex index =
        new ModelIndex(
            system.name(),
            description.orElseGet(() -> describe(format)),
            format,
            defaults.over(system.defaults()));
    system.requireFit(parts, index);
    return index;
  }

  private static String describe(ClipFormat format) {
    return String.format(
        Locale.ROOT,
        "%d pictures of %dx%d at %.2f fps, %.3f s of sound at %d Hz",
        format.frames(),
        format.width(),
        format.height(),
        format.framesPerSecond(),
        format.audioSeconds(),
        format.sampleRate());
  }

  /**
   * Writes the model and loads it once. Call it outside of scopes.
   *
   * @param folder it must not exist; it appears whole, or not at all
   * @throws KinetoneException of kind USER when the components do not make a model
   */
  public void pack(Path folder) {
    Check.that(
        !Files.exists(folder), "%s exists already; choose another folder or remove it", folder);
    ModelParts parts = ModelParts.named(system, folders);
    ModelIndex index = index(parts);
    AtomicFile.writeFolder(
        folder,
        temporary -> {
          parts.copy(system, temporary);
          index.write(temporary);
          requireLoads(temporary, folder);
        });
  }

  private static void requireLoads(Path temporary, Path folder) {
    try {
      Kinetone.load(temporary, Kinetone.Options.CPU).close();
    } catch (KinetoneException e) {
      if (e.kind() != KinetoneException.Kind.USER) {
        throw e;
      }
      // The temporary folder is gone when people read this.
      throw KinetoneException.user(
          e, "%s", e.getMessage().replace(temporary.toString(), folder.toString()));
    }
  }
}
