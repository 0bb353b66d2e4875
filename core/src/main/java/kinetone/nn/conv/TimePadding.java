package kinetone.nn.conv;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** What causal layers see before the signal begins. */
public enum TimePadding {
  /** Zeros. */
  ZEROS {
    @Override
    public Tensor pad(Tensor x, int axis, long frames) {
      if (frames == 0) {
        return x;
      }
      long[] padding = new long[2 * (x.shape().length - axis)];
      padding[padding.length - 2] = frames;
      return constant_pad_nd(x, padding);
    }
  },
  /** Repeats of the first frame, so that a signal at rest looks the same from its beginning on. */
  FIRST_FRAME {
    @Override
    public Tensor pad(Tensor x, int axis, long frames) {
      if (frames == 0) {
        return x;
      }
      Tensor first = x.narrow(axis, 0, 1);
      TensorVector parts = new TensorVector();
      for (long i = 0; i < frames; i++) {
        parts.push_back(first);
      }
      return cat(parts.push_back(x), axis);
    }
  };

  /** {@code x} with {@code frames} of them in front; time is at {@code axis}. */
  public abstract Tensor pad(Tensor x, int axis, long frames);
}
