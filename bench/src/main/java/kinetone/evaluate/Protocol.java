package kinetone.evaluate;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import kinetone.common.Check;

/**
 * How a paper measures on a public set: what of each clip counts, in which form, by which metrics,
 * and of how many clips. Figures of other protocols do not compare.
 *
 * @param title of the set and the papers
 * @param source where the set is, and where its protocol stands
 * @param statistics which part of the set is compared with, in words
 * @param folder of that part below the folder of the set; absent: the folder itself
 * @param start first second of each clip that counts
 * @param seconds length of what counts
 * @param pictures their form; absent: as they are
 * @param metrics that are taken
 * @param real how many real clips; absent: all
 * @param made how many made clips
 * @param notes what else must be known to compare
 */
public record Protocol(
    String title,
    String source,
    String statistics,
    String folder,
    double start,
    double seconds,
    PictureForm pictures,
    List<String> metrics,
    Integer real,
    Integer made,
    List<String> notes) {
  /** Checks that all is there. */
  public Protocol {
    Check.that(title != null && !title.isBlank(), "title is missing");
    Check.that(source != null && !source.isBlank(), "source is missing");
    Check.that(statistics != null && !statistics.isBlank(), "statistics is missing");
    Check.that(
        folder == null || (!Path.of(folder).isAbsolute() && !folder.contains("..")),
        "folder '%s' must lie below that of the set",
        folder);
    Check.atLeast("start", start, 0.0);
    Check.that(seconds > 0 && seconds <= 86_400, "seconds = %s, must be above 0", seconds);
    Check.that(metrics != null && !metrics.isEmpty(), "metrics is missing");
    metrics = List.copyOf(metrics);
    Check.that(real == null || real > 0, "real = %s, must be positive", real);
    Check.that(made == null || made > 0, "made = %s, must be positive", made);
    notes = notes == null ? List.of() : List.copyOf(notes);
  }

  /** Where the clips are of a set in {@code root}, as it is published or in one folder. */
  public Path clips(Path root) {
    return folder != null && Files.isDirectory(root.resolve(folder)) ? root.resolve(folder) : root;
  }

  /**
   * What keeps figures of so many clips from comparing with the paper's, and what must be known.
   */
  public List<String> told(int realClips, int madeClips) {
    List<String> told = new ArrayList<>();
    told.add("Protocol: %s. Source: %s Real: %s".formatted(title, source, statistics));
    if (real != null && realClips != real) {
      told.add(
          "The protocol takes %d real clips, here are %d: figures do not compare with the paper's."
              .formatted(real, realClips));
    }
    if (made != null && madeClips != made) {
      told.add(
          "The protocol takes %d made clips, here are %d: figures do not compare with the paper's."
              .formatted(made, madeClips));
    }
    told.addAll(notes);
    return told;
  }
}
