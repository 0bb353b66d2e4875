package kinetone.checkpoint.pickle;

import kinetone.tensor.TensorFile;
import org.bytedeco.pytorch.global.torch;

/**
 * A tensor as a pickle describes it: a strided view of a storage.
 *
 * @param offset of the first element, in elements
 */
record StoredTensor(Storage storage, long offset, long[] shape, long[] strides) {
  /**
   * A run of numbers that tensors may share.
   *
   * @param key names it within the file
   * @param elements how many numbers
   */
  record Storage(Global type, String key, long elements) {
    /** Bytes; the product was checked when the pickle was read. */
    long bytes() {
      return elements * elementSize();
    }

    long elementSize() {
      return torch.elementSize(type.storage().orElseThrow());
    }
  }

  TensorFile.Entry entry() {
    return new TensorFile.Entry(storage.type().storage().orElseThrow(), shape);
  }

  long elements() {
    return TensorFile.elements(shape);
  }

  /** Elements from the first to the last that the view touches; the view is not empty. */
  long span() {
    long last = 0;
    for (int i = 0; i < shape.length; i++) {
      last = Math.addExact(last, Math.multiplyExact(shape[i] - 1, strides[i]));
    }
    return Math.addExact(last, 1);
  }

  boolean isContiguous() {
    long expected = 1;
    for (int i = shape.length - 1; i >= 0; i--) {
      if (shape[i] != 1 && strides[i] != expected) {
        return false;
      }
      expected *= shape[i];
    }
    return true;
  }
}
