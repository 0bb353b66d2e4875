package kinetone.checkpoint.pickle;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.ZipException;
import kinetone.checkpoint.pickle.StoredTensor.Storage;
import kinetone.common.KinetoneException;
import kinetone.tensor.Engine;
import kinetone.tensor.RawBytes;
import kinetone.tensor.TensorFile;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * A checkpoint of {@code torch.save}: the zip form (since PyTorch 1.6) or the form before it. The
 * groups are its dictionaries that hold tensors, named by their keys joined with a slash; a state
 * dict alone is {@link TensorFile#ROOT}, and so are all tensors of a TorchScript program ({@code
 * torch.jit.save}), by the names of its modules.
 */
public final class PickleFile implements TensorFile {
  private static final int PICKLE = 0x80;
  private static final byte[] ZIP = {'P', 'K', 3, 4};
  private static final String PROGRAM = "data.pkl";
  private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
  private static final long LEGACY_VERSION = 1001;
  private static final long MAX_PICKLE = 16L << 20;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_VISITS = 500_000;

  /** Letters of a name, and of the way to it; public checkpoints have less than 200. */
  private static final int MAX_NAME = 2000;

  /** Letters of all names together: 100 each of as many as there may be visits. */
  private static final long MAX_LETTERS = 50_000_000;

  private final Path file;
  private final FileChannel channel;
  private final Map<String, Map<String, StoredTensor>> tensors = new LinkedHashMap<>();
  private final Map<Storage, StorageBytes> storages = new HashMap<>();
  private final IdentityHashMap<Map<?, ?>, Boolean> withTensors = new IdentityHashMap<>();
  private long visits;
  private long letters;

  /**
   * Opens a checkpoint and checks what it says of its tensors.
   *
   * @throws KinetoneException when it is damaged, or its pickle names anything but tensors
   */
  public PickleFile(Path file) {
    Engine.start();
    this.file = file;
    try {
      channel = FileChannel.open(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
    boolean open = false;
    try {
      byte[] start = bytes(0, (int) Math.min(ZIP.length, channel.size()));
      if (Arrays.equals(start, ZIP)) {
        readZip();
      } else if (start.length > 0 && (start[0] & 0xff) == PICKLE) {
        readLegacy();
      } else {
        throw new Fault("it is neither a zip file nor a pickle");
      }
      open = true;
    } catch (Fault | ZipException e) {
      throw refused(e);
    } catch (IOException e) {
      throw unreadable(e);
    } finally {
      if (!open) {
        close();
      }
    }
  }

  @Override
  public Map<String, Map<String, Entry>> groups() {
    Map<String, Map<String, Entry>> groups = new LinkedHashMap<>();
    tensors.forEach(
        (group, named) -> {
          Map<String, Entry> entries = new LinkedHashMap<>();
          named.forEach((name, tensor) -> entries.put(name, tensor.entry()));
          groups.put(group, entries);
        });
    return groups;
  }

  @Override
  public Tensor read(String group, String name) {
    StoredTensor stored = tensors.get(group).get(name);
    Storage storage = stored.storage();
    TensorOptions options = new TensorOptions(storage.type().storage().orElseThrow());
    if (stored.elements() == 0) {
      return torch.zeros(stored.shape(), options);
    }
    // Only the part of the storage that the tensor sees; several may share one.
    Tensor flat = torch.zeros(new long[] {stored.span()}, options);
    try (PointerScope scope = new PointerScope()) {
      storages.get(storage).read(stored.offset() * storage.elementSize(), RawBytes.of(flat));
    } catch (Fault | ZipException e) {
      throw refused(e);
    } catch (IOException e) {
      throw unreadable(e);
    }
    return stored.isContiguous()
        ? flat.view(stored.shape())
        : flat.as_strided(stored.shape(), stored.strides()).contiguous();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // It was only read.
    }
  }

  private void readZip() throws IOException {
    Map<String, ZipDirectory.Entry> entries = ZipDirectory.read(channel);
    List<String> programs =
        entries.keySet().stream()
            .filter(n -> n.endsWith("/" + PROGRAM) && n.indexOf('/') == n.lastIndexOf('/'))
            .toList();
    if (programs.size() != 1) {
      throw new Fault("it is a zip file, but not of torch.save: it has no single " + PROGRAM);
    }
    String program = programs.get(0);
    String root = program.substring(0, program.length() - PROGRAM.length());
    ZipDirectory.Entry order = entries.get(root + "byteorder");
    if (order != null
        && !new String(unpacked(order, 16), java.nio.charset.StandardCharsets.US_ASCII)
            .equals("little")) {
      throw new Fault("its numbers are not little-endian");
    }
    byte[] pickle = unpacked(entries.get(program), MAX_PICKLE);
    PickleInput in = new PickleInput(new java.io.ByteArrayInputStream(pickle), pickle.length);
    boolean script = entries.containsKey(root + "constants.pkl");
    Set<Storage> wanted = collect(script ? Unpickler.readScript(in) : Unpickler.read(in));
    if (script) {
      nameByModules();
    }
    for (Storage storage : wanted) {
      ZipDirectory.Entry entry = entries.get(root + "data/" + storage.key());
      String shown = TensorFile.printable(storage.key());
      if (entry == null) {
        throw new Fault("storage " + shown + " is missing");
      }
      if (entry.size() != storage.bytes()) {
        throw new Fault(
            String.format(
                "storage %s has %d bytes, its tensors need %d",
                shown, entry.size(), storage.bytes()));
      }
      storages.put(storage, StorageBytes.of(channel, entry));
    }
  }

  /** The names of a state dict: those of the modules around a tensor and its own, with dots. */
  private void nameByModules() {
    Map<String, StoredTensor> all = new LinkedHashMap<>();
    tensors.forEach(
        (way, named) ->
            named.forEach(
                (name, tensor) -> {
                  String whole = way.isEmpty() ? name : way.replace('/', '.') + "." + name;
                  if (all.put(whole, tensor) != null) {
                    throw new Fault("it holds two tensors " + TensorFile.printable(whole));
                  }
                }));
    tensors.clear();
    tensors.put(ROOT, all);
  }

  private byte[] unpacked(ZipDirectory.Entry entry, long most) throws IOException {
    if (entry.size() > most) {
      throw new Fault("its " + PROGRAM + " or byte order is impossibly large");
    }
    try (InputStream in = StorageBytes.unpack(channel, entry)) {
      byte[] bytes = in.readNBytes((int) entry.size());
      if (bytes.length < entry.size() || in.read() >= 0) {
        throw new Fault(
            "its entry " + TensorFile.printable(entry.name()) + " has another size than promised");
      }
      return bytes;
    }
  }

  /**
   * Five pickles and then the storages: number of elements and bytes, in the order of the fifth.
   */
  private void readLegacy() throws IOException {
    long size = channel.size();
    PickleInput in =
        new PickleInput(
            new BufferedInputStream(StorageBytes.range(channel, 0, size), 1 << 16),
            Math.min(size, MAX_PICKLE));
    if (!MAGIC.equals(Unpickler.read(in))) {
      throw new Fault("it is a pickle, but not of torch.save");
    }
    if (!Unpickler.read(in).equals(LEGACY_VERSION)) {
      throw new Fault("it is of an unknown version of torch.save");
    }
    if (!(Unpickler.read(in) instanceof Map<?, ?> system)
        || !Boolean.TRUE.equals(system.get("little_endian"))) {
      throw new Fault("its numbers are not little-endian");
    }
    Object content = Unpickler.read(in);
    Map<String, Storage> wanted = new HashMap<>();
    for (Storage storage : collect(content)) {
      Storage other = wanted.put(storage.key(), storage);
      if (other != null) {
        throw new Fault("storage " + TensorFile.printable(storage.key()) + " has two sizes");
      }
    }
    if (!(Unpickler.read(in) instanceof List<?> keys)) {
      throw new Fault("the list of its storages is missing");
    }
    long at = in.position();
    for (Object key : keys) {
      Storage storage = key instanceof String ? wanted.remove(key) : null;
      if (storage == null) {
        throw new Fault("it holds a storage that no tensor uses, or one twice");
      }
      long elements =
          ByteBuffer.wrap(bytes(at, Long.BYTES)).order(ByteOrder.LITTLE_ENDIAN).getLong();
      at += Long.BYTES;
      if (elements != storage.elements() || storage.bytes() > size - at) {
        throw new Fault(
            "storage "
                + TensorFile.printable(storage.key())
                + " is truncated or has another size than its tensors need");
      }
      storages.put(storage, StorageBytes.plain(channel, at));
      at += storage.bytes();
    }
    if (!wanted.isEmpty()) {
      throw new Fault("it is truncated: storages are missing");
    }
    if (at != size) {
      throw new Fault("it goes on after its end");
    }
  }

  /** Finds the dictionaries with tensors, and returns the storages of these. */
  private Set<Storage> collect(Object content) {
    if (content instanceof StoredTensor tensor) {
      tensors.put(ROOT, Map.of("", tensor));
    } else {
      visit(Way.START, content);
    }
    Set<Storage> used = new LinkedHashSet<>();
    tensors.values().forEach(named -> named.values().forEach(t -> used.add(t.storage())));
    if (used.isEmpty()) {
      throw new Fault("it holds no tensors by name");
    }
    return used;
  }

  /** A way to a dictionary: the key in the one around it. */
  private record Way(Way before, String key, int depth, int length) {
    static final Way START = new Way(null, "", 0, 0);

    Way to(String key) {
      return new Way(this, key, depth + 1, length + key.length() + 1);
    }

    String path() {
      return depth < 2 ? key : before.path() + "/" + key;
    }
  }

  /**
   * Names the tensors in {@code value} and below. A small file can share dictionaries so that there
   * are more ways to them than memory holds names: what is counted is looked at before it is built.
   */
  private void visit(Way way, Object value) {
    if (!(value instanceof Map<?, ?> dictionary) || !holdsTensors(dictionary, way.depth())) {
      return;
    }
    if (way.length() > MAX_NAME) {
      throw new Fault("the keys of its dictionaries are too long");
    }
    visits += dictionary.size();
    if (visits > MAX_VISITS) {
      throw new Fault("it holds too many things");
    }
    Map<String, StoredTensor> here = new LinkedHashMap<>();
    dictionary.forEach(
        (key, item) -> {
          if (item instanceof StoredTensor tensor) {
            String name = key.toString();
            letters += name.length();
            if (name.length() > MAX_NAME || letters > MAX_LETTERS) {
              throw new Fault("the names of its tensors are too long");
            }
            here.put(name, tensor);
          }
        });
    if (!here.isEmpty()) {
      letters += way.length();
      tensors.put(way.path(), here);
    }
    dictionary.forEach(
        (key, item) -> {
          if (item instanceof Map) {
            visit(way.to(key.toString()), item);
          }
        });
  }

  /** Whether there are tensors in a dictionary or below it; each is looked at once. */
  private boolean holdsTensors(Map<?, ?> dictionary, int depth) {
    if (depth > MAX_DEPTH) {
      throw new Fault("its dictionaries are nested too deeply");
    }
    Boolean known = withTensors.get(dictionary);
    if (known != null) {
      return known;
    }
    // A dictionary within itself brings nothing of its own.
    withTensors.put(dictionary, false);
    boolean holds = false;
    for (Object item : dictionary.values()) {
      holds |=
          item instanceof StoredTensor
              || (item instanceof Map<?, ?> inner && holdsTensors(inner, depth + 1));
    }
    withTensors.put(dictionary, holds);
    return holds;
  }

  private byte[] bytes(long at, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, at + buffer.position()) < 0) {
        throw new Fault("it is truncated");
      }
    }
    return buffer.array();
  }

  private KinetoneException refused(Exception e) {
    return KinetoneException.user(e, "%s is not a checkpoint of tensors: %s", file, firstLine(e));
  }

  private KinetoneException unreadable(IOException e) {
    return KinetoneException.user(
        e, "cannot read weights %s: %s", file, e.getClass().getSimpleName());
  }

  private static String firstLine(Exception e) {
    return e instanceof Fault ? e.getMessage() : "its packed data are damaged";
  }
}
