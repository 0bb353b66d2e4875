package kinetone.pipeline;

import java.io.IOException;
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
 * @param pictures how given pictures become the model's
 * @param defaults of generation, where they differ from the system's
 */
public record ModelPacker(
    GenerativeSystem system,
    Map<String, Path> folders,
    AskedFormat asked,
    Optional<String> description,
    PictureInput pictures,
    OptionValues defaults) {
  /** Puts the components of a model where its system wants them. */
  @FunctionalInterface
  public interface Filling {
    /** Fills {@code folder}, which is empty. */
    void fill(Path folder) throws IOException;
  }

  /** With {@link PictureInput#DEFAULT}. */
  public ModelPacker(
      GenerativeSystem system,
      Map<String, Path> folders,
      AskedFormat asked,
      Optional<String> description,
      OptionValues defaults) {
    this(system, folders, asked, description, PictureInput.DEFAULT, defaults);
  }

  /** What the components say and nothing else. */
  public static ModelPacker of(GenerativeSystem system, Map<String, Path> folders) {
    return new ModelPacker(
        system, folders, AskedFormat.NOTHING, Optional.empty(), OptionValues.NONE);
  }

  /**
   * Makes a model folder of components that {@code filling} puts into it, and loads it once. Call
   * it outside of scopes.
   *
   * @param folder it must not exist; it appears whole, or not at all
   * @throws KinetoneException of kind USER when the components do not make a model
   */
  public static void assemble(
      GenerativeSystem system,
      AskedFormat asked,
      String description,
      PictureInput pictures,
      OptionValues defaults,
      Path folder,
      Filling filling) {
    requireNew(folder);
    AtomicFile.writeFolder(
        folder,
        temporary -> {
          filling.fill(temporary);
          // The temporary folder is gone when people read of it.
          ModelParts parts =
              new ModelParts("the model", ModelParts.of(system, temporary).folders());
          new ModelPacker(
                  system, parts.folders(), asked, Optional.of(description), pictures, defaults)
              .finish(parts, temporary, folder);
        });
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
            pictures,
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
    requireNew(folder);
    ModelParts parts = ModelParts.named(system, folders);
    index(parts);
    AtomicFile.writeFolder(
        folder,
        temporary -> {
          parts.copy(system, temporary);
          finish(parts, temporary, folder);
        });
  }

  private void finish(ModelParts parts, Path temporary, Path folder) throws IOException {
    index(parts).write(temporary);
    requireLoads(temporary, folder);
  }

  private static void requireNew(Path folder) {
    Check.that(
        !Files.exists(folder), "%s exists already; choose another folder or remove it", folder);
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
