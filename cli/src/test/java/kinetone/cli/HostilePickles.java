package kinetone.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Small checkpoints that unfold to something large: shared dictionaries, long keys, many names,
 * cycles, shapes without end. All are files of {@code torch.save}'s form (zip, deflated).
 */
final class HostilePickles {
  /** Makes the bytes of a file. */
  interface Maker {
    byte[] get() throws IOException;
  }

  private static final int PROTO = 0x80;
  private static final int STOP = '.';
  private static final int MARK = '(';
  private static final int EMPTY_DICT = '}';
  private static final int EMPTY_LIST = ']';
  private static final int SETITEM = 's';
  private static final int APPEND = 'a';
  private static final int TUPLE = 't';
  private static final int BINUNICODE = 'X';
  private static final int PUT = 'r';
  private static final int GET = 'j';
  private static final int POP = '0';
  private static final int INT = 'J';
  private static final int LONG1 = 0x8a;
  private static final int REDUCE = 'R';
  private static final int PERSISTENT = 'Q';

  private HostilePickles() {}

  /** The files by name. */
  static Map<String, Maker> all() {
    Map<String, Maker> all = new LinkedHashMap<>();
    for (int length : new int[] {1, 1000, 900_000}) {
      for (int depth : new int[] {3, 6, 8, 40}) {
        for (boolean tensor : new boolean[] {false, true}) {
          all.put(
              "dictionaries in dictionaries, %d deep, keys of %d, %s tensor"
                  .formatted(depth, length, tensor ? "a" : "no"),
              () -> zip(shared(Math.min(14, 12_000_000 / length), length, depth, tensor)));
        }
      }
    }
    for (int length : new int[] {10, 1000, 10_000}) {
      all.put("many names of " + length, () -> zip(names(10_000_000 / (length + 100), length)));
    }
    all.put("a dictionary within itself", () -> zip(cycle()));
    all.put("lists in lists, shared", () -> zip(lists()));
    all.put("a shape without end", () -> zip(shape(90_000)));
    all.put("a whole number of 255 bytes as a size", () -> zip(large()));
    all.put("instructions that do nothing", () -> zip(idle(15_000_000)));
    all.put("a stack without end", () -> zip(stack(15_000_000)));
    all.put("a zip bomb", () -> zip(new byte[200 << 20]));
    return all;
  }

  /** A pickle being written. */
  private static final class Pickle {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Pickle() {
      op(PROTO).op(2);
    }

    Pickle op(int code) {
      bytes.write(code);
      return this;
    }

    Pickle op(int code, int argument) {
      bytes.write(code);
      bytes.writeBytes(
          ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(argument).array());
      return this;
    }

    Pickle ascii(String text) {
      bytes.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
      return this;
    }

    Pickle text(String text) {
      return op(BINUNICODE, text.length()).ascii(text);
    }

    Pickle global(String name) {
      return ascii("c" + name.replace(' ', '\n') + "\n");
    }

    Pickle storage(int elements) {
      return op(MARK)
          .text("storage")
          .global("torch FloatStorage")
          .text("0")
          .text("cpu")
          .op(INT, elements)
          .op(TUPLE)
          .op(PERSISTENT);
    }

    /** A tensor of two numbers. */
    Pickle tensor() {
      return global("torch._utils _rebuild_tensor_v2")
          .op(MARK)
          .storage(2)
          .op(INT, 0)
          .op(MARK)
          .op(INT, 2)
          .op(TUPLE)
          .op(MARK)
          .op(INT, 1)
          .op(TUPLE)
          .op(0x89)
          .op(EMPTY_DICT)
          .op(TUPLE)
          .op(REDUCE);
    }

    byte[] stop() {
      return op(STOP).bytes.toByteArray();
    }
  }

  /** Each dictionary holds the one below {@code width} times: width^depth paths. */
  private static byte[] shared(int width, int length, int depth, boolean tensor) {
    Pickle pickle = new Pickle();
    for (int k = 0; k < width; k++) {
      pickle.text(String.valueOf((char) ('a' + k)).repeat(length)).op(PUT, k).op(POP);
    }
    pickle.op(EMPTY_DICT);
    if (tensor) {
      pickle.text("weight").tensor().op(SETITEM);
    }
    pickle.op(PUT, 1000).op(POP);
    for (int level = 1; level <= depth; level++) {
      pickle.op(EMPTY_DICT);
      for (int k = 0; k < width; k++) {
        pickle.op(GET, k).op(GET, 999 + level).op(SETITEM);
      }
      pickle.op(PUT, 1000 + level).op(POP);
    }
    return pickle.op(GET, 1000 + depth).stop();
  }

  private static byte[] names(int count, int length) {
    Pickle pickle = new Pickle().tensor().op(PUT, 0).op(POP).op(EMPTY_DICT);
    String rest = "n".repeat(length);
    for (int i = 0; i < count; i++) {
      pickle.text(i + rest).op(GET, 0).op(SETITEM);
    }
    return pickle.stop();
  }

  private static byte[] cycle() {
    return new Pickle().op(EMPTY_DICT).op(PUT, 0).text("a").op(GET, 0).op(SETITEM).stop();
  }

  private static byte[] lists() {
    Pickle pickle = new Pickle().op(EMPTY_LIST).op(PUT, 0).op(POP);
    for (int level = 1; level <= 40; level++) {
      pickle.op(EMPTY_LIST);
      for (int k = 0; k < 10; k++) {
        pickle.op(GET, level - 1).op(APPEND);
      }
      pickle.op(PUT, level).op(POP);
    }
    return pickle.op(EMPTY_DICT).text("a").op(GET, 40).op(SETITEM).stop();
  }

  private static byte[] shape(int axes) {
    Pickle pickle =
        new Pickle()
            .op(EMPTY_DICT)
            .text("a")
            .global("torch._utils _rebuild_tensor_v2")
            .op(MARK)
            .storage(2)
            .op(INT, 0);
    for (int list = 0; list < 2; list++) {
      pickle.op(MARK);
      for (int i = 0; i < axes; i++) {
        pickle.op(INT, 1);
      }
      pickle.op(TUPLE);
    }
    return pickle.op(0x89).op(EMPTY_DICT).op(TUPLE).op(REDUCE).op(SETITEM).stop();
  }

  private static byte[] large() {
    Pickle pickle = new Pickle().op(EMPTY_DICT).text("a").global("torch._utils _rebuild_tensor_v2");
    pickle.op(MARK).storage(2).op(LONG1).op(255);
    for (int i = 0; i < 255; i++) {
      pickle.op(0x7f);
    }
    pickle.op(MARK).op(INT, 2).op(TUPLE).op(MARK).op(INT, 1).op(TUPLE).op(0x89).op(EMPTY_DICT);
    return pickle.op(TUPLE).op(REDUCE).op(SETITEM).stop();
  }

  private static byte[] idle(int count) {
    Pickle pickle = new Pickle().op(EMPTY_DICT);
    for (int i = 0; i < count / 2; i++) {
      pickle.op('N').op(POP);
    }
    return pickle.stop();
  }

  private static byte[] stack(int count) {
    Pickle pickle = new Pickle();
    for (int i = 0; i < count; i++) {
      pickle.op(MARK);
    }
    return pickle.stop();
  }

  private static byte[] zip(byte[] pickle) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      put(zip, "a/data.pkl", pickle);
      put(zip, "a/byteorder", "little".getBytes(StandardCharsets.US_ASCII));
      put(zip, "a/data/0", new byte[8]);
    }
    return bytes.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    zip.putNextEntry(new ZipEntry(name));
    zip.write(content);
    zip.closeEntry();
  }
}
