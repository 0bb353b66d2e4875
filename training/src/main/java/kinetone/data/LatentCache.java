package kinetone.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * Latents of a whole data set, in numbered safetensors shards: tensors by role ({@link
 * LatentRoles}), one row per clip, raw as the encoders give them, stored as float16. Shards are
 * written atomically, so an interrupted preparation goes on where it stopped. They are read row by
 * row, so a cache may be larger than memory. Several threads may read.
 */
public final class LatentCache implements AutoCloseable {
  private final Path folder;
  private final List<LatentShard> shards;

  /** Number of the first clip of each shard, and the number of all clips. */
  private final long[] firsts;

  private final OpenShards open = new OpenShards();

  private LatentCache(Path folder, List<LatentShard> shards) {
    this.folder = folder;
    this.shards = shards;
    firsts = new long[shards.size() + 1];
    for (int i = 0; i < shards.size(); i++) {
      firsts[i + 1] = firsts[i] + shards.get(i).clips();
    }
  }

  /** The file of shard {@code number}. */
  public static Path shard(Path folder, int number) {
    return folder.resolve(String.format("shard-%05d.safetensors", number));
  }

  /**
   * Writes one shard.
   *
   * @param latents by role, clips first
   */
  public static void writeShard(
      Path folder, int number, Map<String, Tensor> latents, Map<String, String> metadata) {
    try (PointerScope scope = new PointerScope()) {
      Map<String, Tensor> stored = new LinkedHashMap<>();
      new TreeMap<>(latents)
          .forEach(
              (role, t) ->
                  stored.put(role, role.equals(LatentRoles.TEXT_ENDS) ? t : t.to(ScalarType.Half)));
      SafeTensors.write(shard(folder, number), stored, metadata);
    }
  }

  /**
   * Opens the shards of {@code folder}; only their headers are read.
   *
   * @throws KinetoneException of kind USER when there are none, or they do not belong together
   */
  public static LatentCache open(Path folder) {
    List<LatentShard> shards = new ArrayList<>();
    for (Path file : files(folder)) {
      LatentShard shard = LatentShard.open(file);
      if (!shards.isEmpty()) {
        requireLike(shards.get(0), shard);
      }
      shards.add(shard);
    }
    return new LatentCache(folder, List.copyOf(shards));
  }

  /** The files of the shards, in order. */
  static List<Path> files(Path folder) {
    List<Path> shards;
    try (Stream<Path> files = Files.list(folder)) {
      shards =
          files
              .filter(f -> f.getFileName().toString().matches("shard-[0-9]+\\.safetensors"))
              .sorted()
              .toList();
    } catch (IOException e) {
      throw KinetoneException.user(
          e, "no latents at %s; make them with 'kinetone prepare'", folder);
    }
    if (shards.isEmpty()) {
      throw KinetoneException.user(
          "no latent shards in %s; make them with 'kinetone prepare'", folder);
    }
    return shards;
  }

  /** Requires the roles and sizes of the first shard, whatever the number of clips. */
  private static void requireLike(LatentShard first, LatentShard shard) {
    Set<String> unlike = new TreeSet<>(first.rows().keySet());
    unlike.addAll(shard.rows().keySet());
    unlike.removeIf(role -> first.rows().containsKey(role) && shard.rows().containsKey(role));
    if (!unlike.isEmpty()) {
      throw KinetoneException.user(
          "in %s some shards have %s and some have not; prepare it again",
          shard.file().getParent(), String.join(", ", unlike));
    }
    if (!first
        .text()
        .map(t -> t.all().describe())
        .equals(shard.text().map(t -> t.all().describe()))) {
      throw KinetoneException.user(
          "%s has captions that are not like those of the shards before; prepare it again",
          shard.file());
    }
    shard
        .rows()
        .forEach(
            (role, there) -> {
              LatentShard.Rows expected = first.rows().get(role);
              if (!there.isLike(expected)) {
                throw KinetoneException.user(
                    "%s has '%s' of %s per clip, but the shards before have %s",
                    shard.file(), role, there.describe(), expected.describe());
              }
            });
  }

  /** Where the shards are. */
  public Path folder() {
    return folder;
  }

  /** Number of clips. */
  public long size() {
    return firsts[firsts.length - 1];
  }

  /** What there is of each clip. */
  public Set<String> roles() {
    Set<String> roles = new TreeSet<>(shards.get(0).rows().keySet());
    shards.get(0).text().ifPresent(text -> roles.add(LatentRoles.TEXT));
    return roles;
  }

  /**
   * The sizes of one clip's {@code role}, without the axis of clips; of text those of a token.
   *
   * @throws KinetoneException of kind USER when the latents were prepared without
   */
  public long[] sizes(String role) {
    return rows(role).sizes().clone();
  }

  /**
   * Latents or features of the given clips, float32 (B, ...) on the CPU.
   *
   * @throws KinetoneException of kind USER when the latents were prepared without {@code role}, or
   *     cannot be read any more
   */
  public Tensor get(String role, long[] indices) {
    LatentShard.Rows rows = rows(role);
    byte[] row = new byte[Math.toIntExact(rows.rowBytes())];
    long[] shape = new long[rows.sizes().length + 1];
    shape[0] = indices.length;
    System.arraycopy(rows.sizes(), 0, shape, 1, rows.sizes().length);
    try (TensorScope scope = TensorScope.open()) {
      Tensor stored = torch.zeros(shape, new TensorOptions(rows.type()));
      BytePointer target = new BytePointer(stored.data_ptr());
      for (int i = 0; i < indices.length; i++) {
        read(role, indices[i], row);
        target.position((long) i * row.length).put(row, 0, row.length);
      }
      return scope.keep(stored.to(ScalarType.Float));
    }
  }

  /**
   * Captions, padded to the longest of them.
   *
   * @param embedding float32 (B, tokens, D) on the CPU, zero past the end of a caption
   * @param mask float32 (B, tokens), 1 where there is a token
   */
  public record Text(Tensor embedding, Tensor mask) {}

  /**
   * The captions of the given clips.
   *
   * @throws KinetoneException of kind USER when the latents were prepared without, or cannot be
   *     read any more
   */
  public Text text(long[] indices) {
    LatentShard.Rows token = rows(LatentRoles.TEXT);
    int bytes = Math.toIntExact(token.rowBytes());
    byte[][] captions = new byte[indices.length][];
    int longest = 0;
    for (int i = 0; i < captions.length; i++) {
      int number = shard(indices[i]);
      captions[i] = open.tokens(shards.get(number), indices[i] - firsts[number]);
      longest = Math.max(longest, captions[i].length / bytes);
    }
    try (TensorScope scope = TensorScope.open()) {
      Tensor stored =
          torch.zeros(
              new long[] {indices.length, longest, token.sizes()[0]},
              new TensorOptions(token.type()));
      BytePointer target = new BytePointer(stored.data_ptr());
      float[] mask = new float[indices.length * longest];
      for (int i = 0; i < captions.length; i++) {
        byte[] caption = captions[i];
        target.position((long) i * longest * bytes).put(caption, 0, caption.length);
        Arrays.fill(mask, i * longest, i * longest + caption.length / bytes, 1);
      }
      return new Text(
          scope.keep(stored.to(ScalarType.Float)),
          scope.keep(Tensors.of(mask, indices.length, longest)));
    }
  }

  private void read(String role, long index, byte[] row) {
    int number = shard(index);
    open.read(shards.get(number), role, index - firsts[number], row);
  }

  private int shard(long index) {
    if (index < 0 || index >= size()) {
      throw new IndexOutOfBoundsException("clip " + index + " of " + size());
    }
    int found = Arrays.binarySearch(firsts, index);
    int number = found >= 0 ? found : -found - 2;
    // Shards without clips begin where the next one does.
    while (firsts[number + 1] == firsts[number]) {
      number++;
    }
    return number;
  }

  private LatentShard.Rows rows(String role) {
    LatentShard.Rows rows =
        role.equals(LatentRoles.TEXT)
            ? shards.get(0).text().map(LatentShard.Tokens::all).orElse(null)
            : shards.get(0).rows().get(role);
    if (rows == null) {
      throw KinetoneException.user(
          "the latents in %s have no %s, only %s; prepare them again with an encoder of %s",
          folder, role, String.join(", ", roles()), role);
    }
    return rows;
  }

  @Override
  public void close() {
    open.close();
  }
}
