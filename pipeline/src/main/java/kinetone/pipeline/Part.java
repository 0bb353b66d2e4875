package kinetone.pipeline;

import java.nio.file.Path;
import java.util.Set;
import java.util.function.BiConsumer;
import kinetone.checkpoint.ComponentFolder;

/**
 * A component of a system's models.
 *
 * @param role its name, with underscores: {@code pack --part role=FOLDER}
 * @param folder where it lies within a model folder
 * @param required whether a model cannot be without it
 * @param types the types of component it may be; empty where whoever opens it decides (codecs)
 * @param help one line for people
 * @param copier copies it from a folder of training or import into the model; a component that
 *     builds on a base takes it along, as {@code <folder>_base}
 */
public record Part(
    String role,
    String folder,
    boolean required,
    Set<String> types,
    String help,
    BiConsumer<Path, Path> copier) {
  /** The base lies beside the part, so that the model folder is whole and can be moved. */
  private static void copy(Path from, Path to) {
    ComponentFolder.copyWithBase(from, to, to.resolveSibling(to.getFileName() + "_base"));
  }

  /** The denoiser, whose component is a {@code type}. */
  public static Part denoiser(String type) {
    return new Part("denoiser", "denoiser", true, Set.of(type), "the denoiser", Part::copy);
  }

  /** The picture codec, of any kind. */
  public static Part videoCodec() {
    return new Part("video_codec", "video_codec", true, Set.of(), "the picture codec", Part::copy);
  }

  /** The sound codec, of any kind. */
  public static Part audioCodec() {
    return new Part("audio_codec", "audio_codec", true, Set.of(), "the sound codec", Part::copy);
  }

  /** A part that models may be without. */
  public static Part optional(String role, String folder, String type, String help) {
    return new Part(role, folder, false, Set.of(type), help, Part::copy);
  }
}
