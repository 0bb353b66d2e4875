package kinetone.feature.inception;

import static org.bytedeco.pytorch.global.torch.upsample_bilinear2d;

import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How pictures of any size are brought before {@link InceptionV3} for FID. */
public enum InceptionInput {
  /**
   * Like TensorFlow 1's graph: corners lie on corners at the upper left only, (x − 128) / 128. So
   * are the figures of DiT and MM-Diffusion (OpenAI's evaluator), and those of torch-fidelity.
   */
  TENSORFLOW {
    @Override
    public Tensor of(Tensor pictures) {
      Tensor wide = along(pictures, 3);
      return along(wide, 2).sub(new Scalar(128.0)).div(new Scalar(128.0));
    }
  },
  /** pytorch-fid's: middles of pixels lie on middles, 2 x / 255 − 1. */
  PYTORCH_FID {
    @Override
    public Tensor of(Tensor pictures) {
      Tensor unit = pictures.div(new Scalar(255.0));
      return upsample_bilinear2d(unit, new long[] {EDGE, EDGE}, false)
          .mul(new Scalar(2.0))
          .sub(new Scalar(1.0));
    }
  };

  private static final int EDGE = 299;

  /**
   * Pictures (B, 3, 299, 299) for the network.
   *
   * @param pictures (B, 3, H, W), 0 to 255
   */
  public abstract Tensor of(Tensor pictures);

  /** Linear interpolation of one axis in single precision, as TensorFlow 1 has it. */
  private static Tensor along(Tensor x, int axis) {
    int size = Math.toIntExact(x.size(axis));
    float scale = (float) ((double) size / EDGE);
    long[] low = new long[EDGE];
    long[] high = new long[EDGE];
    float[] share = new float[EDGE];
    for (int i = 0; i < EDGE; i++) {
      float at = i * scale;
      low[i] = (long) at;
      high[i] = Math.min(low[i] + 1, size - 1);
      share[i] = at - low[i];
    }
    Tensor before = x.index_select(axis, Tensors.of(low, EDGE).to(x.device(), ScalarType.Long));
    Tensor after = x.index_select(axis, Tensors.of(high, EDGE).to(x.device(), ScalarType.Long));
    long[] shape = {1, 1, 1, 1};
    shape[axis] = EDGE;
    Tensor part = Tensors.of(share, shape).to(x.device(), x.scalar_type());
    return before.add(after.sub(before).mul(part));
  }
}
