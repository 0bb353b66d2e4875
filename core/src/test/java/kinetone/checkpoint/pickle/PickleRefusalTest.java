package kinetone.checkpoint.pickle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import kinetone.common.KinetoneException;
import kinetone.tensor.TensorFile;
import kinetone.tensor.TensorScope;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Hostile and damaged checkpoints: one line that says what is wrong, and nothing else happens. */
class PickleRefusalTest {
  /** {'a': a tensor of 2 × 2 in a storage of 4 floats}. */
  private static final Pickle GOOD =
      new Pickle().open("a").tensor("FloatStorage", 4, 0, 2, 2, 2, 1);

  @TempDir Path folder;

  @Test
  void the_checkpoint_that_these_tests_spoil_is_good() throws IOException {
    try (TensorScope scope = TensorScope.open();
        TensorFile file = new PickleFile(zip(GOOD.close(), 16))) {
      assertThat(file.read("", "a").shape()).containsExactly(2, 2);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "os, system",
    "posix, system",
    "builtins, eval",
    "__builtin__, exec",
    "subprocess, Popen",
    "argparse, Namespace",
    "torch, load",
    "torch._utils, _rebuild_tensor_v2.__globals__",
    "collections, OrderedDict.__init__",
    "torch.jit, _load",
    "numpy.core.multiarray, _reconstruct",
  })
  void a_pickle_that_names_anything_but_tensors(String module, String member) throws IOException {
    String named = module + "." + member;
    Pickle call = new Pickle().op(Op.GLOBAL).ascii(module + "\n" + member + "\n");
    refused(
        zip(call.op(Op.MARK).text("touch /tmp/x").op(Op.TUPLE).op(Op.REDUCE).stop(), 16), named);
    refused(zip(GOOD.with("x").text(module).text(member).op(Op.STACK_GLOBAL).set(), 16), named);
    refused(legacy(new Pickle().op(Op.GLOBAL).ascii(module + "\n" + member + "\n").stop()), named);
  }

  @ParameterizedTest
  @ValueSource(strings = {"O8", "O", "V16", "datetime64", "S4", "M8"})
  void objects_of_numpy_in_the_place_of_numbers(String type) throws IOException {
    Pickle dtype = GOOD.with("x").op(Op.GLOBAL).ascii("numpy\ndtype\n").text(type);
    refused(zip(dtype.op(Op.TUPLE1).op(Op.REDUCE).set(), 16), "NumPy's type " + type);
    Pickle scalar =
        GOOD.with("x").op(Op.GLOBAL).ascii("numpy.core.multiarray\nscalar\n").text("os.system");
    refused(zip(scalar.text(type).op(Op.TUPLE2).op(Op.REDUCE).set(), 16), "damaged");
  }

  @ParameterizedTest
  @ValueSource(ints = {'i', 'o', 0x81, 0x92, 0x82, 0x83, 0x84, 'P', 'I', 'S', 0x8f, 0xff, 0})
  void instructions_that_tensors_do_not_need(int op) throws IOException {
    refused(zip(GOOD.with("x").op(op).set(), 16), String.format("instruction 0x%02x", op));
  }

  @ParameterizedTest
  @CsvSource({
    "4, 1, 2, 2, 2, 1",
    "4, 0, 2, 3, 2, 1",
    "4, 0, 2, 2, 3, 1",
    "4, -1, 2, 2, 2, 1",
    "4, 0, -2, -2, 2, 1",
    "4, 0, 2, 2, -2, 1",
    "4, 0, 1000000, 1000000, 0, 0",
    "4, 0, 4611686018427387904, 4, 0, 0",
    "4, 0, 9223372036854775807, 0, 1, 1",
    "4, 9223372036854775807, 2, 2, 2, 1",
    "4, 0, 2, 2, 9223372036854775807, 9223372036854775807",
  })
  void tensors_that_reach_beyond_their_numbers(
      long elements, long offset, long rows, long columns, long down, long right)
      throws IOException {
    Pickle pickle = new Pickle().open("a");
    pickle.tensor("FloatStorage", elements, offset, rows, columns, down, right);
    refused(zip(pickle.close(), 16), "reaches beyond its numbers");
  }

  @ParameterizedTest
  @CsvSource({
    "5, needs?",
    "1000000000000, need",
    "-4, impossible",
    "9223372036854775807, impossible"
  })
  void storages_of_another_size_than_declared(long elements, String message) throws IOException {
    Pickle pickle = new Pickle().open("a").tensor("FloatStorage", elements, 0, 2, 2, 2, 1);
    refused(zip(pickle.close(), 16), message.replace("needs?", "need 20"));
  }

  @Test
  void a_storage_that_is_missing() throws IOException {
    refused(archive("pickled", GOOD.close(), null, 0), "storage 0 is missing");
  }

  @Test
  void a_zip_bomb() throws IOException {
    Pickle pickle = new Pickle().open("a").tensor("ByteStorage", 1 << 26, 0, 2, 2, 2, 1);
    refused(bomb(pickle.close(), 1 << 26), "would unpack to");
    refused(bomb(new byte[1 << 25], 16), "impossibly large", "would unpack to");
  }

  @Test
  void entries_that_overlap_or_lie_about_their_size() throws IOException {
    byte[] good = Files.readAllBytes(zip(GOOD.close(), 16));
    ByteBuffer bytes = ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN);
    int directory = bytes.getInt(good.length - 22 + 16);
    int second = directory + 46 + bytes.getShort(directory + 28);

    // The second entry begins where the first does.
    refused(changed(good, second + 42, 0), "overlaps", "damaged");
    refused(changed(good, directory + 24, 1 << 20), "two sizes");
    refused(changed(good, directory + 20, 1 << 20), "overlaps");
    refused(changed(good, directory + 42, -2), "overlaps");
    refused(changed(good, directory + 42, good.length), "overlaps");
    refused(changed(good, good.length - 22 + 16, good.length), "outside of the file");
    refused(changed(good, good.length - 22 + 12, 1 << 30), "impossibly large");
  }

  @Test
  void a_file_cut_off_anywhere() throws IOException {
    for (String name : new String[] {"plain.pt", "legacy.pt", "deflated.pt"}) {
      byte[] good = Files.readAllBytes(golden(name));
      for (int length = 0; length < good.length; length += 41) {
        refused(file(Arrays.copyOf(good, length)));
      }
    }
  }

  @Test
  void random_damage_is_refused_or_harmless() throws IOException {
    SplittableRandom random = new SplittableRandom(9);
    for (String name : new String[] {"plain.pt", "legacy.pt", "deflated.pt", "views.pt"}) {
      byte[] good = Files.readAllBytes(golden(name));
      for (int round = 0; round < 60; round++) {
        byte[] damaged = good.clone();
        for (int i = round % 4; i >= 0; i--) {
          damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
        }
        try (TensorScope scope = TensorScope.open();
            TensorFile file = new PickleFile(file(damaged))) {
          file.groups().forEach((group, named) -> named.keySet().forEach(n -> file.read(group, n)));
        } catch (KinetoneException e) {
          assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
          assertThat(e.getMessage().lines()).hasSize(1);
        }
      }
    }
  }

  @Test
  void dictionaries_nested_deeply_or_within_themselves() throws IOException {
    Pickle deep = new Pickle();
    for (int i = 0; i < 50_000; i++) {
      deep.op(Op.EMPTY_DICT).text("k");
    }
    deep.op(Op.NONE);
    for (int i = 0; i < 50_000; i++) {
      deep.op(Op.SETITEM);
    }
    refused(zip(deep.stop(), 16), "too much memory", "nested too deeply");
    refused(
        zip(
            GOOD.with("self")
                .op(Op.BINPUT)
                .op(0)
                .op(Op.POP)
                .op(Op.BINPUT)
                .op(1)
                .text("self")
                .op(Op.BINGET)
                .op(1)
                .set(),
            16),
        "nested too deeply");
  }

  /** Each dictionary holds the one below it many times; seven levels. */
  private static Pickle laughs(String key, int times, boolean tensor) {
    Pickle laughs = new Pickle();
    for (int i = 0; i < times; i++) {
      laughs.text(key + i).op(Op.LONG_BINPUT).number(1000 + i).op(Op.POP);
    }
    laughs.op(Op.EMPTY_DICT).op(Op.BINPUT).op(0);
    if (tensor) {
      laughs.text("a").tensor("FloatStorage", 4, 0, 2, 2, 2, 1).op(Op.SETITEM);
    }
    for (int level = 1; level < 8; level++) {
      laughs.op(Op.EMPTY_DICT).op(Op.BINPUT).op(level).op(Op.MARK);
      for (int i = 0; i < times; i++) {
        laughs.op(Op.LONG_BINGET).number(1000 + i).op(Op.BINGET).op(level - 1);
      }
      laughs.op(Op.SETITEMS);
    }
    return laughs.text("b").op(Op.NONE);
  }

  @Test
  void long_keys_of_shared_dictionaries() throws IOException {
    String key = "k".repeat(900_000);
    refused(zip(laughs(key, 14, true).set(), 16), "too long");
    refused(zip(laughs(key, 14, false).set(), 16), "no tensors by name");
    refused(zip(laughs("k".repeat(280), 14, true).set(), 16), "too many things", "too long");
    refused(
        zip(GOOD.with("n".repeat(3000)).tensor("FloatStorage", 4, 0, 2, 2, 2, 1).set(), 16),
        "too long");
  }

  @Test
  void a_pickle_that_grows_without_end() throws IOException {
    // A dictionary of a thousand references to the next, eight levels deep: 10^24 paths.
    refused(zip(laughs("k", 1000, true).set(), 16), "too many things");
    refused(zip(laughs("k", 1000, false).set(), 16), "no tensors by name");

    Pickle stack = new Pickle();
    for (int i = 0; i < 101_000; i++) {
      stack.op(Op.EMPTY_LIST);
    }
    refused(zip(stack.stop(), 16), "too much memory");

    Pickle memo = new Pickle().op(Op.NONE);
    for (int i = 0; i < 1_010_000; i++) {
      memo.op(Op.MEMOIZE);
    }
    refused(zip(memo.stop(), 16), "too much memory");

    Pickle text = new Pickle().op(Op.BINUNICODE).op(0xff).op(0xff).op(0xff).op(0xff);
    refused(zip(text.stop(), 16), "truncated");
  }

  @Test
  void keys_that_are_no_texts_and_instructions_without_operands() throws IOException {
    refused(
        zip(new Pickle().op(Op.EMPTY_DICT).op(Op.EMPTY_LIST).op(Op.NONE).op(Op.SETITEM).stop(), 16),
        "keys");
    for (int op = 0; op < 256; op++) {
      byte[] pickle = new Pickle().op(Op.MARK).op(op).stop();
      assertThatThrownBy(
              () -> {
                Object value = Unpickler.read(input(pickle));
                throw new Fault("reads " + value);
              })
          .isInstanceOf(Fault.class);
    }
  }

  @Test
  void what_is_no_checkpoint() throws IOException {
    refused(file("just text".getBytes(StandardCharsets.UTF_8)), "neither a zip file nor a pickle");
    refused(file(new byte[0]), "neither");
    refused(file(new Pickle().op(Op.EMPTY_DICT).stop()), "not of torch.save");
    refused(folder, folder.toString());
    refused(folder.resolve("missing.pt"), "missing.pt");
    refused(zip(new Pickle().op(Op.EMPTY_DICT).stop(), 16), "no tensors");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("readme.txt"));
    }
    refused(file(bytes.toByteArray()), "data.pkl");
  }

  @Test
  void numbers_in_big_endian_order() throws IOException {
    refused(
        archive("byteorder", GOOD.close(), "big".getBytes(StandardCharsets.US_ASCII), 16),
        "little-endian");
  }

  @Test
  void objects_but_for_modules_of_programs_and_what_programs_may_not_name() throws IOException {
    byte[] module =
        new Pickle()
            .text("__torch__.m")
            .text("M")
            .op(Op.STACK_GLOBAL)
            .op(Op.EMPTY_TUPLE)
            .op(Op.NEWOBJ)
            .op(Op.EMPTY_DICT)
            .op(Op.BUILD)
            .stop();
    refused(zip(module, 16), "it names __torch__.m.M");
    refused(archive("constants.pkl", module, new byte[3], 16), "no tensors");
    byte[] system = new Pickle().text("os").text("system").op(Op.STACK_GLOBAL).stop();
    refused(archive("constants.pkl", system, new byte[3], 16), "it names os.system");
    byte[] object =
        new Pickle()
            .text("collections")
            .text("OrderedDict")
            .op(Op.STACK_GLOBAL)
            .op(Op.EMPTY_TUPLE)
            .op(Op.NEWOBJ)
            .stop();
    refused(archive("constants.pkl", object, new byte[3], 16), "of what is no module");
  }

  @Test
  void names_cannot_write_on_the_terminal() throws IOException {
    Pickle call = new Pickle().text("os\u001b[2J\r\nx").text("system").op(Op.STACK_GLOBAL);
    refused(zip(call.stop(), 16), "os?[2J??x.system");
  }

  private static PickleInput input(byte[] bytes) {
    return new PickleInput(new ByteArrayInputStream(bytes), bytes.length);
  }

  private void refused(Path file, String... anyOf) {
    KinetoneException e =
        catchThrowableOfType(KinetoneException.class, () -> new PickleFile(file).close());
    assertThat(e).as("reading %s", file).isNotNull();
    assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER);
    assertThat(e.getMessage().lines()).hasSize(1);
    assertThat(e.getMessage()).contains(file.toString());
    if (anyOf.length > 0) {
      assertThat(e.getMessage()).containsAnyOf(anyOf);
    }
  }

  private Path file(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("hostile.pt"), bytes);
  }

  private Path changed(byte[] good, int at, int value) throws IOException {
    byte[] bytes = good.clone();
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, value);
    return file(bytes);
  }

  private Path zip(byte[] pickle, int storage) throws IOException {
    return archive("version", pickle, new byte[] {'3'}, storage);
  }

  /** A stored archive with one more entry; no storage when {@code storage} is 0. */
  private Path archive(String more, byte[] pickle, byte[] content, int storage) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "data.pkl", pickle);
      if (storage > 0) {
        put(zip, "data/0", new byte[storage]);
      }
      put(zip, more, content == null ? new byte[0] : content);
    }
    return file(bytes.toByteArray());
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    ZipEntry entry = new ZipEntry("a/" + name);
    java.util.zip.CRC32 crc = new java.util.zip.CRC32();
    crc.update(content);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }

  private Path bomb(byte[] pickle, int zeros) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("a/data.pkl"));
      zip.write(pickle);
      zip.putNextEntry(new ZipEntry("a/data/0"));
      byte[] chunk = new byte[1 << 16];
      for (int at = 0; at < zeros; at += chunk.length) {
        zip.write(chunk, 0, Math.min(chunk.length, zeros - at));
      }
    }
    return file(bytes.toByteArray());
  }

  private Path legacy(byte[] pickle) throws IOException {
    byte[] good = Files.readAllBytes(golden("legacy.pt"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    // Magic number, version and system information have 137 bytes.
    bytes.write(good, 0, 137);
    bytes.write(pickle);
    return file(bytes.toByteArray());
  }

  private static Path golden(String name) {
    try {
      return Path.of(PickleRefusalTest.class.getResource("/goldens/checkpoints/" + name).toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Writes pickles by instruction. */
  private static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
      op(Op.PROTO).op(2);
    }

    Pickle op(int op) {
      bytes.write(op);
      return this;
    }

    Pickle ascii(String text) {
      bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
      return this;
    }

    Pickle text(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      bytes.write(Op.BINUNICODE);
      number(utf8.length, 4);
      bytes.writeBytes(utf8);
      return this;
    }

    Pickle number(int value) {
      number(value, 4);
      return this;
    }

    private void number(long value, int size) {
      for (int i = 0; i < size; i++) {
        bytes.write((int) (value >> (8 * i)));
      }
    }

    Pickle integer(long value) {
      op(Op.LONG1).op(8);
      number(value, 8);
      return this;
    }

    Pickle open(String key) {
      return op(Op.EMPTY_DICT).text(key);
    }

    Pickle tensor(
        String type, long elements, long offset, long rows, long columns, long down, long right) {
      op(Op.GLOBAL).ascii("torch._utils\n_rebuild_tensor_v2\n").op(Op.MARK).op(Op.MARK);
      text("storage").op(Op.GLOBAL).ascii("torch\n" + type + "\n").text("0").text("cpu");
      integer(elements).op(Op.TUPLE).op(Op.BINPERSID).integer(offset);
      integer(rows).integer(columns).op(Op.TUPLE2).integer(down).integer(right).op(Op.TUPLE2);
      return op(Op.NEWFALSE).op(Op.NONE).op(Op.TUPLE).op(Op.REDUCE);
    }

    /** This one's entry and the key of another. */
    Pickle with(String key) {
      Pickle copy = new Pickle();
      copy.bytes.reset();
      copy.bytes.writeBytes(bytes.toByteArray());
      return copy.op(Op.SETITEM).text(key);
    }

    byte[] set() {
      return op(Op.SETITEM).stop();
    }

    byte[] close() {
      return with("").bytesWithout(5);
    }

    private byte[] bytesWithout(int count) {
      byte[] all = bytes.toByteArray();
      byte[] result = Arrays.copyOf(all, all.length - count + 1);
      result[result.length - 1] = (byte) Op.STOP;
      return result;
    }

    byte[] stop() {
      return op(Op.STOP).bytes.toByteArray();
    }
  }
}
