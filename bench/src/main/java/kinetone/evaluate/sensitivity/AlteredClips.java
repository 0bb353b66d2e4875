package kinetone.evaluate.sensitivity;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ClipWriter;
import kinetone.media.ReadOptions;
import kinetone.media.TrackUse;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;

/**
 * Clips in folders, one for each alteration and level, and one as they are, encoded the same way.
 * What is there already is kept.
 *
 * @param folder in which the folders are
 * @param seconds of each clip that count
 * @param seed of noise
 */
record AlteredClips(Path folder, double seconds, long seed) {
  private static final String UNALTERED = "as-it-is";

  /** The folder of clips as they are. */
  Path unaltered() {
    return folder.resolve(UNALTERED);
  }

  /** That of clips altered so. */
  Path altered(Alteration alteration, double level) {
    return folder.resolve(alteration.folder(level));
  }

  /** Writes what is missing, one clip at a time. */
  void write(
      List<Path> sources,
      List<Alteration> alterations,
      ProgressListener progress,
      Cancellation cancellation) {
    for (int i = 0; i < sources.size(); i++) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("stopped");
      }
      write(sources, i, alterations);
      progress.progress("alter", i + 1, sources.size());
    }
  }

  private void write(List<Path> sources, int number, List<Alteration> alterations) {
    String name = name(sources.get(number));
    Clip clip = null;
    List<Path> missing = missing(name, alterations);
    if (!missing.isEmpty()) {
      clip = read(sources.get(number), seconds);
    }
    if (missing.contains(unaltered().resolve(name))) {
      put(unaltered().resolve(name), clip);
    }
    for (Alteration alteration : alterations) {
      for (double level : alteration.levels()) {
        Path file = altered(alteration, level).resolve(name);
        if (missing.contains(file)) {
          int whose = alteration.swaps() ? partner(number, level, sources.size()) : number;
          Clip other = whose == number ? clip : read(sources.get(whose), seconds);
          put(file, alteration.of(clip, level, other, seed + number));
        }
      }
    }
  }

  private List<Path> missing(String name, List<Alteration> alterations) {
    List<Path> wanted = new ArrayList<>(List.of(unaltered().resolve(name)));
    for (Alteration alteration : alterations) {
      alteration.levels().forEach(level -> wanted.add(altered(alteration, level).resolve(name)));
    }
    return wanted.stream().filter(file -> !Files.exists(file)).toList();
  }

  /** Whose sound the clip gets: those that are chosen change round, the others keep their own. */
  static int partner(int number, double share, int clips) {
    List<Integer> chosen = new ArrayList<>();
    for (int i = 0; i < clips; i++) {
      if (Math.floor((i + 1) * share + 1e-9) > Math.floor(i * share + 1e-9)) {
        chosen.add(i);
      }
    }
    int place = chosen.indexOf(number);
    return place < 0 ? number : chosen.get((place + 1) % chosen.size());
  }

  /** The beginning of a clip, with both tracks or not at all. */
  static Clip read(Path file, double seconds) {
    return ClipReader.read(
        file,
        ReadOptions.defaults()
            .withInterval(0, seconds)
            .withTracks(TrackUse.REQUIRED, TrackUse.REQUIRED));
  }

  private static void put(Path file, Clip clip) {
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ClipWriter.writeMp4(file, clip);
  }

  /** What it is called everywhere, so that made and real clips make pairs. */
  static String name(Path source) {
    String name = source.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return (dot > 0 ? name.substring(0, dot) : name) + ".mp4";
  }
}
