package kinetone.data;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.Sha256;

/**
 * What became of each file of a {@link ManifestSource}.
 *
 * @param accepted in the order of the clips
 * @param rejected in the order of the manifest
 */
public record ManifestReport(List<Accepted> accepted, List<Rejected> rejected) {
  /**
   * A file that gives clips.
   *
   * @param path as the manifest has it, or relative to the folder
   * @param sha256 of the file
   * @param start seconds at which the first clip begins
   * @param end seconds at which the usable stretch ends
   * @param clips number of clips
   * @param caption empty for none
   */
  public record Accepted(
      String path, String sha256, double start, double end, long clips, String caption) {}

  /**
   * A file that gives none.
   *
   * @param path as the manifest has it, or relative to the folder
   * @param reason for a person to read
   */
  public record Rejected(String path, String reason) {}

  /** Copies the lists. */
  public ManifestReport {
    accepted = List.copyOf(accepted);
    rejected = List.copyOf(rejected);
  }

  /** SHA-256 of what the clips depend on: content of the files, stretches and order. */
  public String digest() {
    MessageDigest digest = Sha256.digest();
    for (Accepted file : accepted) {
      String line = file.sha256 + " " + file.start + " " + file.clips + "\n";
      digest.update(line.getBytes(StandardCharsets.UTF_8));
    }
    return Sha256.hex(digest);
  }

  /** Writes it as JSON. */
  public void write(Path file) {
    AtomicFile.write(
        file,
        temporary -> Files.writeString(temporary, Json.MAPPER.writeValueAsString(this) + "\n"));
  }
}
