package kinetone.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;

/**
 * Makes a model folder of trained components.
 *
 * @param parts the components
 * @param asked what they do not say of the clips
 * @param description one line for people; without one the clips are described
 * @param defaults of generation
 */
public record ModelPacker(
    ModelParts parts,
    AskedFormat asked,
    Optional<String> description,
    ModelIndex.Defaults defaults) {
  /** What the components say and nothing else. */
  public static ModelPacker of(ModelParts parts) {
    return new ModelPacker(parts, AskedFormat.NOTHING, Optional.empty(), parts.defaults());
  }

  /** What {@code model_index.json} will say. */
  public ModelIndex index() {
    ClipFormat format = parts.format(asked);
    return new ModelIndex(
        parts.system(),
        description.orElseGet(() -> describe(format)),
        format,
        defaults,
        parts.spectrogram().orElse(null));
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
    ModelIndex index = index();
    AtomicFile.writeFolder(
        folder,
        temporary -> {
          parts.copy(temporary);
          write(index, temporary);
          requireLoads(temporary, folder);
        });
  }

  private static void write(ModelIndex index, Path folder) throws IOException {
    Files.writeString(
        folder.resolve(ModelIndex.FILE), Json.MAPPER.writeValueAsString(index) + "\n");
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
