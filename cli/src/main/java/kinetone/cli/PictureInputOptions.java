package kinetone.cli;

import kinetone.media.Fit;
import kinetone.media.FrameChoice;
import kinetone.media.PictureFilter;
import kinetone.pipeline.PictureInput;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How given pictures become a model's, as arguments of a command that has this as a mixin. */
@Command
final class PictureInputOptions {
  @Option(
      names = "--picture-fit",
      description =
          "How given pictures of another shape are fitted: ${COMPLETION-CANDIDATES} (default:"
              + " CENTRE_CROP).")
  private Fit fit = PictureInput.DEFAULT.fit();

  @Option(
      names = "--picture-filter",
      description = "How they are scaled: ${COMPLETION-CANDIDATES} (default: BICUBIC).")
  private PictureFilter filter = PictureInput.DEFAULT.filter();

  @Option(
      names = "--picture-choice",
      description =
          "Which picture stands for an instant: ${COMPLETION-CANDIDATES} (default: AT_OR_BEFORE).")
  private FrameChoice choice = PictureInput.DEFAULT.choice();

  @Option(
      names = "--picture-context",
      description = "Pictures after those of a clip that the model looks at (default: 0).")
  @Within(min = 0, max = 1000)
  private int context = PictureInput.DEFAULT.context();

  PictureInput value() {
    return new PictureInput(fit, filter, choice, context);
  }
}
