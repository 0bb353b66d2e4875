package kinetone.feature.i3d;

import static org.bytedeco.pytorch.global.torch.upsample_bilinear2d;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** How pictures of any size are brought before {@link I3d}. */
public enum I3dInput {
  /** The shorter side to 224 and the middle cut out (MM-Diffusion, {@code fvd.py}; TATS). */
  MM_DIFFUSION {
    @Override
    Tensor resized(Tensor frames) {
      long height = frames.size(2);
      long width = frames.size(3);
      double scale = I3d.EDGE / (double) Math.min(height, width);
      long[] size =
          height < width
              ? new long[] {I3d.EDGE, (long) Math.ceil(width * scale)}
              : new long[] {(long) Math.ceil(height * scale), I3d.EDGE};
      return upsample_bilinear2d(frames, size, false)
          .narrow(2, (size[0] - I3d.EDGE) / 2, I3d.EDGE)
          .narrow(3, (size[1] - I3d.EDGE) / 2, I3d.EDGE);
    }
  },
  /** Width and height each to 224 (StyleGAN-V's {@code resize} and {@code rescale}). */
  STYLEGAN_V {
    @Override
    Tensor resized(Tensor frames) {
      return upsample_bilinear2d(frames, new long[] {I3d.EDGE, I3d.EDGE}, false);
    }
  };

  /** (T, 3, 224, 224) of (T, 3, H, W). */
  abstract Tensor resized(Tensor frames);

  /**
   * A clip (1, 3, T, 224, 224) in [−1, 1] for the network.
   *
   * @param frames (T, 3, H, W), 0 to 255
   */
  public Tensor of(Tensor frames) {
    Tensor unit = resized(frames.div(new Scalar(255.0)));
    return unit.sub(new Scalar(0.5)).mul(new Scalar(2.0)).transpose(0, 1).unsqueeze(0);
  }
}
