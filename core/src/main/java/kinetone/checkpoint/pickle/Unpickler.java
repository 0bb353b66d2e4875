package kinetone.checkpoint.pickle;

import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import kinetone.checkpoint.pickle.StoredTensor.Storage;
import kinetone.tensor.TensorFile;

/**
 * Interprets a pickle (protocols 2 to 5, CPython's {@code pickletools}) as far as {@code
 * torch.save} needs it. What it builds is dictionaries ({@link Map}), lists, {@link Tuple}s, texts,
 * numbers, and {@link StoredTensor}s; no code of any other kind exists that a pickle could reach.
 * Numbers of NumPy are passed over, nothing of them is kept. Of TorchScript's programs the modules
 * are dictionaries of what they hold; their code, which lies elsewhere in the archive, is not read.
 */
final class Unpickler {
  /** Checkpoints of ten thousand tensors with optimiser states have a tenth of this. */
  private static final int MAX_INSTRUCTIONS = 4_000_000;

  /** Pickles append in batches of a thousand; only tuples are built in one piece. */
  private static final int MAX_STACK = 100_000;

  private static final int MAX_MEMO = 1_000_000;
  private static final int NEWEST_PROTOCOL = 5;

  /** Python's tuple; unlike a list it never changes. */
  record Tuple(List<Object> items) {}

  /** Python's None; also what stands for objects whose content does not matter. */
  enum Inert {
    NONE,
    BYTES,
    NUMPY_DTYPE,
    NUMPY_SCALAR,
    /** A class of a TorchScript program. */
    SCRIPT_CLASS,
    /** What makes TorchScript's lists of one type; the lists are not kept. */
    SCRIPT_LIST
  }

  /** Where the classes of a TorchScript program are said to lie. */
  private static final String SCRIPT = "__torch__";

  private static final String SCRIPT_LISTS = "torch.jit._pickle";

  /** A module of a TorchScript program: what it holds, by name. */
  private static final class ScriptModule extends LinkedHashMap<Object, Object> {
    private static final long serialVersionUID = 1;
  }

  /** The types of NumPy's plain numbers; an object could be anything. */
  private static final Pattern NUMPY_NUMBER = Pattern.compile("[biuf][1248]");

  /** Where a group of items begins on the stack. */
  private enum Mark {
    MARK
  }

  private final PickleInput in;
  private final List<Object> stack = new ArrayList<>();
  private final Map<Long, Object> memo = new HashMap<>();
  private final boolean script;

  private Unpickler(PickleInput in, boolean script) {
    this.in = in;
    this.script = script;
  }

  /**
   * Reads one pickle.
   *
   * @throws Fault when it is damaged or names what tensors do not need
   */
  static Object read(PickleInput in) throws IOException {
    return new Unpickler(in, false).run();
  }

  /**
   * Reads the pickle of a TorchScript program.
   *
   * @throws Fault when it is damaged or names what neither tensors nor modules need
   */
  static Object readScript(PickleInput in) throws IOException {
    return new Unpickler(in, true).run();
  }

  private Object run() throws IOException {
    if (in.unsignedByte() != Op.PROTO || in.unsignedByte() > NEWEST_PROTOCOL) {
      throw new Fault("it is not a pickle of protocol 2 to " + NEWEST_PROTOCOL);
    }
    for (int count = 0; count < MAX_INSTRUCTIONS; count++) {
      int op = in.unsignedByte();
      if (op == Op.STOP) {
        return pop();
      }
      step(op);
      if (stack.size() > MAX_STACK || memo.size() > MAX_MEMO) {
        throw new Fault("its pickle needs too much memory");
      }
    }
    throw new Fault("its pickle has too many instructions");
  }

  private void step(int op) throws IOException {
    switch (op) {
      case Op.FRAME -> in.number(8);
      case Op.MARK -> push(Mark.MARK);
      case Op.POP -> pop();
      case Op.POP_MARK -> popToMark();
      case Op.NONE -> push(Inert.NONE);
      case Op.NEWTRUE -> push(true);
      case Op.NEWFALSE -> push(false);
      case Op.BININT -> push((long) (int) in.number(4));
      case Op.BININT1 -> push(in.number(1));
      case Op.BININT2 -> push(in.number(2));
      case Op.LONG1 -> push(integer(in.bytes(in.number(1))));
      case Op.BINFLOAT -> push(bigEndianDouble(in.bytes(8)));
      case Op.SHORT_BINUNICODE, Op.SHORT_BINSTRING -> push(in.text(in.number(1)));
      case Op.BINUNICODE, Op.BINSTRING -> push(in.text(in.number(4)));
      case Op.BINUNICODE8 -> push(in.text(in.number(8)));
      case Op.SHORT_BINBYTES -> push(bytes(in.number(1)));
      case Op.BINBYTES -> push(bytes(in.number(4)));
      case Op.EMPTY_TUPLE -> push(new Tuple(List.of()));
      case Op.TUPLE1 -> push(new Tuple(popItems(1)));
      case Op.TUPLE2 -> push(new Tuple(popItems(2)));
      case Op.TUPLE3 -> push(new Tuple(popItems(3)));
      case Op.TUPLE -> push(new Tuple(popToMark()));
      case Op.EMPTY_LIST -> push(new ArrayList<Object>());
      case Op.APPEND -> {
        Object item = pop();
        list(peek()).add(item);
      }
      case Op.APPENDS -> {
        List<Object> items = popToMark();
        list(peek()).addAll(items);
      }
      case Op.EMPTY_DICT -> push(new LinkedHashMap<Object, Object>());
      case Op.SETITEM -> set(popItems(2));
      case Op.SETITEMS -> set(popToMark());
      case Op.BINPUT -> memo.put(in.number(1), peek());
      case Op.LONG_BINPUT -> memo.put(in.number(4), peek());
      case Op.MEMOIZE -> memo.put((long) memo.size(), peek());
      case Op.BINGET -> recall(in.number(1));
      case Op.LONG_BINGET -> recall(in.number(4));
      case Op.GLOBAL -> push(global(in.line(), in.line()));
      case Op.STACK_GLOBAL -> {
        List<Object> names = popItems(2);
        push(global(text(names.get(0)), text(names.get(1))));
      }
      case Op.REDUCE -> {
        List<Object> call = popItems(2);
        push(reduce(call.get(0), tuple(call.get(1))));
      }
      case Op.NEWOBJ -> {
        if (!script) {
          throw unneeded(op);
        }
        List<Object> call = popItems(2);
        if (call.get(0) != Inert.SCRIPT_CLASS || !tuple(call.get(1)).isEmpty()) {
          throw new Fault("its pickle makes an object of what is no module");
        }
        push(new ScriptModule());
      }
      case Op.BUILD -> {
        // State dicts carry their modules' versions as an attribute; weights do not need them.
        Object state = pop();
        if (peek() instanceof ScriptModule module) {
          dictionary(state).forEach((key, value) -> put(module, key, value));
        } else if (peek() != Inert.NUMPY_DTYPE) {
          dictionary(peek());
        }
      }
      case Op.BINPERSID -> push(storage(tuple(pop())));
      default -> throw unneeded(op);
    }
  }

  private static Fault unneeded(int op) {
    return new Fault(
        String.format("its pickle has instruction 0x%02x, which files of tensors do not need", op));
  }

  private Object global(String module, String member) {
    if (script && (module.equals(SCRIPT) || module.startsWith(SCRIPT + "."))) {
      return Inert.SCRIPT_CLASS;
    }
    if (script && module.equals(SCRIPT_LISTS)) {
      return Inert.SCRIPT_LIST;
    }
    return Global.of(module, member)
        .orElseThrow(
            () ->
                new Fault(
                    "it names "
                        + TensorFile.printable(module + "." + member)
                        + ", and only tensors are read; save the weights alone, in a place where"
                        + " you trust the file: torch.save(model.state_dict(), ...)"));
  }

  private Object reduce(Object function, List<Object> arguments) {
    if (function == Inert.SCRIPT_LIST) {
      return Inert.NONE;
    }
    if (!(function instanceof Global global)) {
      throw new Fault("its pickle calls what is not a function");
    }
    return switch (global) {
      case ORDERED_DICT -> orderedDict(arguments);
      case TENSOR, TENSOR_V2 -> tensor(arguments);
      case PARAMETER -> checked(arguments, 0, StoredTensor.class);
      case SIZE -> new Tuple(List.copyOf(tuple(argument(arguments, 0))));
      case DEVICE -> Inert.NONE;
      case BYTES_OF_TEXT -> {
        text(argument(arguments, 0));
        yield Inert.BYTES;
      }
      case NUMPY_DTYPE -> {
        String type = text(argument(arguments, 0));
        if (!NUMPY_NUMBER.matcher(type).matches()) {
          throw new Fault(
              "it holds something of NumPy's type "
                  + TensorFile.printable(type)
                  + "; only plain numbers are passed over");
        }
        yield Inert.NUMPY_DTYPE;
      }
      case NUMPY_SCALAR, NUMPY_SCALAR_V2 -> {
        if (argument(arguments, 0) != Inert.NUMPY_DTYPE || argument(arguments, 1) != Inert.BYTES) {
          throw new Fault("its pickle is damaged: a number of NumPy is none");
        }
        yield Inert.NUMPY_SCALAR;
      }
      default -> throw new Fault("its pickle builds a storage that is not in the file");
    };
  }

  private Inert bytes(long length) throws IOException {
    in.bytes(length);
    return Inert.BYTES;
  }

  /** Without arguments, or with a list of pairs as Python 2 wrote it. */
  private Object orderedDict(List<Object> arguments) {
    Map<Object, Object> result = new LinkedHashMap<>();
    if (!arguments.isEmpty()) {
      for (Object pair : list(arguments.get(0))) {
        List<Object> items = pair instanceof Tuple t ? t.items() : list(pair);
        put(result, argument(items, 0), argument(items, 1));
      }
    }
    return result;
  }

  /** (storage, offset, shape, strides, ...); the rest is about gradients. */
  private static StoredTensor tensor(List<Object> arguments) {
    Storage storage = checked(arguments, 0, Storage.class);
    long offset = checked(arguments, 1, Long.class);
    long[] shape = longs(argument(arguments, 2));
    long[] strides = longs(argument(arguments, 3));
    StoredTensor tensor = new StoredTensor(storage, offset, shape, strides);
    try {
      boolean fits = offset >= 0 && shape.length == strides.length;
      for (long stride : strides) {
        fits &= stride >= 0;
      }
      long elements = TensorFile.elements(shape);
      // Repeating one number by strides of zero would make a large tensor of a small file.
      fits &= elements <= storage.elements();
      if (fits && elements > 0) {
        fits = Math.addExact(offset, tensor.span()) <= storage.elements();
      }
      if (fits) {
        return tensor;
      }
    } catch (ArithmeticException e) {
      // Reported below.
    }
    throw new Fault("it describes a tensor that reaches beyond its numbers");
  }

  /** ('storage', class, key, device, elements) and, in old files, an offset that must be absent. */
  private static Storage storage(List<Object> id) {
    boolean plain = id.size() == 5 || (id.size() == 6 && id.get(5) == Inert.NONE);
    if (!plain || !"storage".equals(id.get(0))) {
      throw new Fault("it refers to something that is not a storage");
    }
    Global type = checked(id, 1, Global.class);
    long elements = checked(id, 4, Long.class);
    if (type.storage().isEmpty() || elements < 0 || elements > Long.MAX_VALUE / 8) {
      throw new Fault("it refers to an impossible storage");
    }
    return new Storage(type, checked(id, 2, String.class), elements);
  }

  private void set(List<Object> items) {
    Map<Object, Object> target = dictionary(peek());
    if (items.size() % 2 != 0) {
      throw new Fault("its pickle is damaged: a key without a value");
    }
    for (int i = 0; i < items.size(); i += 2) {
      put(target, items.get(i), items.get(i + 1));
    }
  }

  /** Keys are texts and numbers, so that hashing them is cheap whatever the file holds. */
  private static void put(Map<Object, Object> target, Object key, Object value) {
    if (!(key instanceof String || key instanceof Long || key instanceof Boolean)) {
      throw new Fault("it holds a dictionary whose keys are neither texts nor whole numbers");
    }
    target.put(key, value);
  }

  private void recall(long index) {
    Object value = memo.get(index);
    if (value == null) {
      throw new Fault("its pickle is damaged: it recalls what it has not stored");
    }
    push(value);
  }

  private void push(Object value) {
    stack.add(value);
  }

  private Object peek() {
    if (stack.isEmpty()) {
      throw new Fault("its pickle is damaged: nothing is on the stack");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() {
    Object top = peek();
    stack.remove(stack.size() - 1);
    return top;
  }

  private List<Object> popItems(int count) {
    if (stack.size() < count) {
      throw new Fault("its pickle is damaged: nothing is on the stack");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popToMark() {
    int mark = stack.lastIndexOf(Mark.MARK);
    if (mark < 0) {
      throw new Fault("its pickle is damaged: a group has no beginning");
    }
    List<Object> items = cut(mark + 1);
    stack.remove(mark);
    return items;
  }

  private List<Object> cut(int from) {
    List<Object> tail = stack.subList(from, stack.size());
    List<Object> items = Collections.unmodifiableList(new ArrayList<>(tail));
    tail.clear();
    return items;
  }

  private static Object argument(List<Object> items, int index) {
    if (index >= items.size()) {
      throw new Fault("its pickle is damaged: an argument is missing");
    }
    return items.get(index);
  }

  private static <T> T checked(List<Object> items, int index, Class<T> type) {
    Object value = argument(items, index);
    if (!type.isInstance(value)) {
      throw new Fault("its pickle is damaged: expected is a " + type.getSimpleName());
    }
    return type.cast(value);
  }

  private static String text(Object value) {
    return checked(List.of(value), 0, String.class);
  }

  private static List<Object> tuple(Object value) {
    return checked(List.of(value), 0, Tuple.class).items();
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    return checked(List.of(value), 0, ArrayList.class);
  }

  @SuppressWarnings("unchecked")
  private static Map<Object, Object> dictionary(Object value) {
    return checked(List.of(value), 0, LinkedHashMap.class);
  }

  private static long[] longs(Object value) {
    List<Object> items = tuple(value);
    long[] result = new long[items.size()];
    for (int i = 0; i < result.length; i++) {
      result[i] = checked(items, i, Long.class);
    }
    return result;
  }

  /** Little-endian two's complement; the empty text is zero. A long where it fits. */
  private static Object integer(byte[] littleEndian) {
    byte[] bytes = new byte[littleEndian.length + 1];
    for (int i = 0; i < littleEndian.length; i++) {
      bytes[bytes.length - 1 - i] = littleEndian[i];
    }
    bytes[0] = (byte) (bytes.length > 1 && bytes[1] < 0 ? -1 : 0);
    BigInteger value = new BigInteger(bytes);
    return value.bitLength() < Long.SIZE ? (Object) value.longValue() : value;
  }

  private static double bigEndianDouble(byte[] bytes) {
    long bits = 0;
    for (byte b : bytes) {
      bits = (bits << 8) | (b & 0xff);
    }
    return Double.longBitsToDouble(bits);
  }
}
