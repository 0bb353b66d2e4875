package kinetone.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import kinetone.common.KinetoneException;
import kinetone.common.Sha256;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.FileTrial;
import kinetone.media.Limits;

/**
 * Media files as training clips. Each file is cut into consecutive clips of the format's length
 * that do not overlap; what is left over at the end is not used. Clip i is a function of the files
 * and i alone.
 */
public final class ManifestSource implements ClipSource {
  private static final int REASONS_SHOWN = 3;

  private record Part(ManifestEntry entry, long clips) {}

  private final ClipCutter cutter;
  private final List<Part> parts;
  private final long[] ends;
  private final ManifestReport report;

  private ManifestSource(ClipCutter cutter, List<Part> parts, ManifestReport report) {
    this.cutter = cutter;
    this.parts = parts;
    this.report = report;
    ends = new long[parts.size()];
    long sum = 0;
    for (int i = 0; i < ends.length; i++) {
      sum += parts.get(i).clips;
      ends[i] = sum;
    }
  }

  /** Opens under the default limits; see {@link #open(Path, ClipFormat, Limits, FileTrial)}. */
  public static ManifestSource open(Path folderOrManifest, ClipFormat format) {
    return open(folderOrManifest, format, Limits.defaults(), FileTrial.none());
  }

  /**
   * Opens a folder (every file below it that is not hidden, in the order of their paths) or a
   * manifest in the order of its lines: CSV with the columns path and, if wanted, start, end
   * (seconds) and caption or text, or JSONL with these keys. Paths in a manifest are relative to
   * it. Files that give no clip are in the {@link #report()} with the reason.
   *
   * @param format pictures are scaled and cut to it around their centre, sound is mixed to one
   *     channel and resampled
   * @param trial of each file before it is opened
   * @throws KinetoneException of kind USER when the manifest is malformed or no file gives a clip
   */
  public static ManifestSource open(
      Path folderOrManifest, ClipFormat format, Limits limits, FileTrial trial) {
    ClipCutter cutter = new ClipCutter(format, limits);
    Map<Path, String> checksums = new HashMap<>();
    List<Part> parts = new ArrayList<>();
    List<ManifestReport.Accepted> accepted = new ArrayList<>();
    List<ManifestReport.Rejected> rejected = new ArrayList<>();
    for (ManifestEntry entry : ManifestReader.read(folderOrManifest)) {
      try {
        trial.of(entry.file());
        ClipCutter.Stretch stretch = cutter.inspect(entry);
        String sha256 = checksums.computeIfAbsent(entry.file(), Sha256::of);
        parts.add(new Part(entry, stretch.clips()));
        accepted.add(
            new ManifestReport.Accepted(
                entry.name(),
                sha256,
                entry.start(),
                stretch.end(),
                stretch.clips(),
                entry.caption()));
      } catch (KinetoneException e) {
        rejected.add(new ManifestReport.Rejected(entry.name(), reason(entry, e)));
      }
    }
    if (parts.isEmpty()) {
      throw nothing(folderOrManifest, cutter.seconds(), rejected);
    }
    return new ManifestSource(cutter, parts, new ManifestReport(accepted, rejected));
  }

  private static String reason(ManifestEntry entry, KinetoneException e) {
    String prefix = entry.file() + " ";
    String message = e.getMessage();
    return message.startsWith(prefix) ? message.substring(prefix.length()) : message;
  }

  private static KinetoneException nothing(
      Path path, double seconds, List<ManifestReport.Rejected> rejected) {
    String reasons =
        rejected.stream()
            .limit(REASONS_SHOWN)
            .map(file -> file.path() + ": " + file.reason())
            .collect(Collectors.joining("; "));
    int more = rejected.size() - REASONS_SHOWN;
    return KinetoneException.user(
        "%s has no usable clip of %.3f s: %s%s",
        path,
        seconds,
        rejected.isEmpty() ? "it names no files" : reasons,
        more > 0 ? "; and " + more + " more" : "");
  }

  /** What became of each file. */
  public ManifestReport report() {
    return report;
  }

  @Override
  public boolean hasCaptions() {
    return parts.stream().anyMatch(part -> !part.entry.caption().isBlank());
  }

  /** The caption of the file of clip {@code index}, empty for none. */
  @Override
  public String caption(long index) {
    return parts.get(part(index)).entry.caption();
  }

  @Override
  public long size() {
    return ends[ends.length - 1];
  }

  @Override
  public Clip clip(long index) {
    int number = part(index);
    ManifestEntry entry = parts.get(number).entry;
    long before = number == 0 ? 0 : ends[number - 1];
    return cutter.clip(entry.file(), entry.start(), index - before);
  }

  private int part(long index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException("clip " + index + " of " + size());
    }
    int found = Arrays.binarySearch(ends, index);
    return found >= 0 ? found + 1 : -found - 1;
  }
}
