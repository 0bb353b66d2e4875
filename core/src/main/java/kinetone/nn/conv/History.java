package kinetone.nn.conv;

import static org.bytedeco.pytorch.global.torch.cat;

import java.util.IdentityHashMap;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * What a causal layer sees before the first frame of its input: padding when the input is a whole
 * signal, the end of the previous chunk when a signal is processed in chunks. With carried state,
 * chunk by chunk gives the same output as all at once.
 */
public sealed interface History {
  /** The input is the whole signal. */
  static History none() {
    return Beginning.INSTANCE;
  }

  /** Carries state from chunk to chunk of one signal; close it after the last chunk. */
  static Stream stream() {
    return new Stream();
  }

  /**
   * Puts the past of {@code layer} in front of {@code x}.
   *
   * @param layer the layer, by identity: each has its own past
   * @param x the next chunk, time at {@code axis}
   * @param padding frames to put before the beginning of the signal
   * @param mode what those frames are
   * @param extent frames that one output of the layer sees
   * @param stride frames from one output to the next
   */
  Tensor extend(
      Object layer, Tensor x, int axis, long padding, TimePadding mode, long extent, long stride);

  /** Whether {@code layer} is at the beginning of the signal; true only for its first chunk. */
  boolean begins(Object layer);

  /** The past of a whole signal. */
  enum Beginning implements History {
    /** It has no state. */
    INSTANCE;

    @Override
    public Tensor extend(
        Object layer,
        Tensor x,
        int axis,
        long padding,
        TimePadding mode,
        long extent,
        long stride) {
      return mode.pad(x, axis, padding);
    }

    @Override
    public boolean begins(Object layer) {
      return true;
    }
  }

  /** The past of a signal that comes in chunks. Not thread-safe. */
  final class Stream implements History, AutoCloseable {
    private final IdentityHashMap<Object, Tensor> rest = new IdentityHashMap<>();
    private final IdentityHashMap<Object, Boolean> begun = new IdentityHashMap<>();

    private Stream() {}

    @Override
    public Tensor extend(
        Object layer,
        Tensor x,
        int axis,
        long padding,
        TimePadding mode,
        long extent,
        long stride) {
      Tensor old = rest.get(layer);
      Tensor seen = old == null ? mode.pad(x, axis, padding) : cat(new TensorVector(old, x), axis);
      long frames = seen.size(axis);
      if (frames < extent) {
        throw KinetoneException.user(
            "a chunk gives a layer %d frames but it needs %d; use longer chunks", frames, extent);
      }
      long used = ((frames - extent) / stride + 1) * stride;
      Tensor next = seen.narrow(axis, used, frames - used).clone();
      next.retainReference();
      rest.put(layer, next);
      if (old != null) {
        old.releaseReference();
      }
      return seen;
    }

    @Override
    public boolean begins(Object layer) {
      return begun.put(layer, true) == null;
    }

    @Override
    public void close() {
      rest.values().forEach(Tensor::releaseReference);
      rest.clear();
    }
  }
}
