package kinetone.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * What is known of one shard from its header.
 *
 * @param file the shard
 * @param bytes its length
 * @param clips n
 * @param rows by role
 */
record LatentShard(Path file, long bytes, long clips, Map<String, Rows> rows) {
  /**
   * The numbers of one role: a row per clip.
   *
   * @param type of the numbers
   * @param sizes of one clip
   * @param start first byte in the file
   */
  record Rows(ScalarType type, long[] sizes, long start) {
    /** Bytes of one clip. */
    long rowBytes() {
      return Arrays.stream(sizes).reduce(torch.elementSize(type), (a, b) -> a * b);
    }

    boolean isLike(Rows other) {
      return type == other.type && Arrays.equals(sizes, other.sizes);
    }

    String describe() {
      return type + " " + Arrays.toString(sizes);
    }
  }

  /**
   * Reads the header of {@code file}.
   *
   * @throws KinetoneException of kind USER when it holds no latents, or roles of unequal numbers of
   *     clips
   */
  static LatentShard open(Path file) {
    Map<String, SafeTensors.Place> places = SafeTensors.places(file);
    Check.that(
        places.containsKey(LatentRoles.VIDEO) || places.containsKey(LatentRoles.AUDIO),
        "%s is not a latent shard: it has neither %s nor %s",
        file,
        LatentRoles.VIDEO,
        LatentRoles.AUDIO);
    Map<String, Rows> rows = new LinkedHashMap<>();
    String first = places.keySet().iterator().next();
    places.forEach(
        (role, place) -> {
          long[] shape = place.shape();
          Check.that(shape.length > 0, "%s has '%s' without an axis of clips", file, role);
          long clips = places.get(first).shape()[0];
          Check.that(
              shape[0] == clips,
              "%s has '%s' of %d clips but '%s' of %d",
              file,
              first,
              clips,
              role,
              shape[0]);
          long[] sizes = Arrays.copyOfRange(shape, 1, shape.length);
          rows.put(role, new Rows(place.type(), sizes, place.start()));
        });
    try {
      return new LatentShard(file, Files.size(file), places.get(first).shape()[0], rows);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Reads clip {@code row} of {@code role} into {@code into}, which has the bytes of one clip. */
  void read(RandomAccessFile open, String role, long row, byte[] into) {
    Rows all = rows.get(role);
    try {
      open.seek(all.start + row * all.rowBytes());
      open.readFully(into);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  /** Opens the file for {@link #read}. */
  RandomAccessFile reopen() {
    try {
      RandomAccessFile opened = new RandomAccessFile(file.toFile(), "r");
      if (opened.length() != bytes) {
        opened.close();
        throw KinetoneException.user("%s changed while it was read; start again", file);
      }
      return opened;
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static KinetoneException unreadable(Path file, IOException e) {
    return KinetoneException.user(
        e, "cannot read latents %s: %s", file, e.getClass().getSimpleName());
  }
}
