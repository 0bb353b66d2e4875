package kinetone.pipeline;

import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.KinetoneException;
import kinetone.media.ClipFormat;

/** The components of a model, each in the folder where training or an import left it. */
public sealed interface ModelParts permits MdsgenParts, MonlParts {
  /** The system, as in {@link ModelIndex#system}. */
  String system();

  /** How a model of this system generates where nobody said otherwise. */
  ModelIndex.Defaults defaults();

  /**
   * The clips that the model makes.
   *
   * @param asked what the components do not say
   * @throws KinetoneException when a folder holds something else, or the components and what was
   *     asked do not fit each other
   */
  ClipFormat format(AskedFormat asked);

  /** What the sound codec codes, for systems that code spectrograms. */
  Optional<Spectrogram> spectrogram();

  /** Copies the components into the model folder {@code model}. */
  void copy(Path model);
}
