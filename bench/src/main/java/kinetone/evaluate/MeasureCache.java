package kinetone.evaluate;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import kinetone.common.AtomicFile;
import kinetone.common.InputFile;
import kinetone.common.Sha256;

/**
 * Measured numbers on disk, by the hash of the clip and the name of the measure: a clip is never
 * measured twice, whatever its file is called. A damaged entry is measured anew.
 */
final class MeasureCache {
  private static final int MAGIC = 0x4B4D5331;
  private static final int MOST_ROWS = 1 << 20;
  private static final int MOST_NUMBERS = 1 << 24;

  private final Path folder;

  MeasureCache(Path folder) {
    this.folder = folder;
  }

  /** SHA-256 of a file, read in pieces. */
  static String hash(Path file) {
    InputFile.require(file, "clip");
    return Sha256.of(file);
  }

  private Path entry(String clip, String measure) {
    return folder.resolve(measure).resolve(clip.substring(0, 2)).resolve(clip.substring(2));
  }

  /** What was measured; empty where it was not, or where the entry is damaged. */
  Optional<double[][]> get(String clip, String measure) {
    Path file = entry(clip, measure);
    if (!Files.isRegularFile(file)) {
      return Optional.empty();
    }
    try (DataInputStream in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      if (in.readInt() != MAGIC) {
        return Optional.empty();
      }
      int count = in.readInt();
      if (count < 0 || count > MOST_ROWS) {
        return Optional.empty();
      }
      double[][] rows = new double[count][];
      for (int i = 0; i < count; i++) {
        int width = in.readInt();
        if (width < 0 || width > MOST_NUMBERS || width > Files.size(file) / Double.BYTES) {
          return Optional.empty();
        }
        rows[i] = new double[width];
        for (int j = 0; j < width; j++) {
          rows[i][j] = in.readDouble();
        }
      }
      return in.read() < 0 ? Optional.of(rows) : Optional.empty();
    } catch (EOFException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void put(String clip, String measure, double[][] rows) {
    Path file = entry(clip, measure);
    try {
      Files.createDirectories(file.getParent());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    AtomicFile.write(
        file,
        temporary -> {
          try (DataOutputStream out =
              new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(temporary)))) {
            out.writeInt(MAGIC);
            out.writeInt(rows.length);
            for (double[] row : rows) {
              out.writeInt(row.length);
              for (double number : row) {
                out.writeDouble(number);
              }
            }
          }
        });
  }
}
