package kinetone.checkpoint.pickle;

import java.util.Arrays;
import java.util.Optional;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The names a pickle may hold. They are not Python objects: each is known here by what it means.
 */
enum Global {
  ORDERED_DICT("collections", "OrderedDict"),
  TENSOR("torch._utils", "_rebuild_tensor"),
  TENSOR_V2("torch._utils", "_rebuild_tensor_v2"),
  PARAMETER("torch._utils", "_rebuild_parameter"),
  SIZE("torch", "Size"),
  DEVICE("torch", "device"),
  /** What trainers leave beside the tensors: their best loss as a number of NumPy 1 and 2. */
  NUMPY_SCALAR("numpy.core.multiarray", "scalar"),
  NUMPY_SCALAR_V2("numpy._core.multiarray", "scalar"),
  NUMPY_DTYPE("numpy", "dtype"),
  /** Bytes as protocol 2 writes them, which has only texts. */
  BYTES_OF_TEXT("_codecs", "encode"),
  DOUBLES("torch", "DoubleStorage", ScalarType.Double),
  FLOATS("torch", "FloatStorage", ScalarType.Float),
  HALVES("torch", "HalfStorage", ScalarType.Half),
  BFLOAT16S("torch", "BFloat16Storage", ScalarType.BFloat16),
  LONGS("torch", "LongStorage", ScalarType.Long),
  INTS("torch", "IntStorage", ScalarType.Int),
  SHORTS("torch", "ShortStorage", ScalarType.Short),
  CHARS("torch", "CharStorage", ScalarType.Char),
  BYTES("torch", "ByteStorage", ScalarType.Byte),
  BOOLS("torch", "BoolStorage", ScalarType.Bool);

  private final String module;
  private final String member;
  private final ScalarType storage;

  Global(String module, String member) {
    this(module, member, null);
  }

  Global(String module, String member, ScalarType storage) {
    this.module = module;
    this.member = member;
    this.storage = storage;
  }

  static Optional<Global> of(String module, String member) {
    return Arrays.stream(values())
        .filter(g -> g.module.equals(module) && g.member.equals(member))
        .findFirst();
  }

  /** The storage class of numbers of type {@code type}. */
  static Optional<Global> storageOf(ScalarType type) {
    return Arrays.stream(values()).filter(g -> g.storage == type).findFirst();
  }

  /** The type of the numbers when this is a storage class. */
  Optional<ScalarType> storage() {
    return Optional.ofNullable(storage);
  }

  String module() {
    return module;
  }

  String member() {
    return member;
  }
}
