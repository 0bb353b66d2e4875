package kinetone.data;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
 * @param text tokens of captions, of which clips have different numbers
 */
record LatentShard(
    Path file, long bytes, long clips, Map<String, Rows> rows, Optional<Tokens> text) {
  private static final int MOST_TOKENS = 4096;

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
   * Tokens of captions.
   *
   * @param all a row per token
   * @param count of tokens
   * @param ends a row per clip: where its tokens end
   */
  record Tokens(Rows all, long count, Rows ends) {}

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
    Map<String, SafeTensors.Place> all = new LinkedHashMap<>(places);
    Optional<SafeTensors.Place> tokens = Optional.ofNullable(all.remove(LatentRoles.TEXT));
    Map<String, Rows> rows = new LinkedHashMap<>();
    String first = all.keySet().iterator().next();
    all.forEach(
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
    Rows ends = rows.remove(LatentRoles.TEXT_ENDS);
    Optional<Tokens> text = tokens.map(place -> tokens(file, place, ends));
    try {
      return new LatentShard(file, Files.size(file), places.get(first).shape()[0], rows, text);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static Tokens tokens(Path file, SafeTensors.Place place, Rows ends) {
    Check.that(
        place.shape().length == 2
            && ends != null
            && ends.type() == ScalarType.Long
            && ends.sizes().length == 1
            && ends.sizes()[0] == 1,
        "%s has '%s' that cannot be told apart by clips; prepare it again",
        file,
        LatentRoles.TEXT);
    long[] shape = place.shape();
    return new Tokens(new Rows(place.type(), new long[] {shape[1]}, place.start()), shape[0], ends);
  }

  /** Reads {@code into.length} bytes from token {@code first} on. */
  void readTokens(RandomAccessFile open, long first, byte[] into) {
    Rows all = text.orElseThrow().all();
    read(open, all.start + first * all.rowBytes(), into);
  }

  /**
   * The first token of clip {@code row}, and the first that is not its own.
   *
   * @throws KinetoneException of kind USER when there cannot be such tokens
   */
  long[] tokens(RandomAccessFile open, long row) {
    Tokens tokens = text.orElseThrow();
    long before = row == 0 ? 0 : end(open, row - 1);
    long after = end(open, row);
    Check.that(
        0 <= before && before < after && after <= tokens.count() && after - before <= MOST_TOKENS,
        "%s has a caption from token %d to %d of %d; prepare it again",
        file,
        before,
        after,
        tokens.count());
    return new long[] {before, after};
  }

  private long end(RandomAccessFile open, long row) {
    byte[] bytes = new byte[Long.BYTES];
    read(open, text.orElseThrow().ends().start + row * Long.BYTES, bytes);
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
  }

  /** Reads clip {@code row} of {@code role} into {@code into}, which has the bytes of one clip. */
  void read(RandomAccessFile open, String role, long row, byte[] into) {
    Rows all = rows.get(role);
    read(open, all.start + row * all.rowBytes(), into);
  }

  private void read(RandomAccessFile open, long start, byte[] into) {
    try {
      open.seek(start);
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
