package kinetone.evaluate;

import kinetone.media.Video;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Pictures of a clip for networks that want channels first. */
final class Frames {
  private Frames() {}

  /** {@code count} pictures from the one of number {@code first} on: (count, 3, H, W), 0 to 255. */
  static Tensor of(Video video, int first, int count) {
    long[] shape = {count, video.height(), video.width(), 3};
    Tensor bytes = torch.zeros(shape, new TensorOptions(ScalarType.Byte));
    int picture = video.height() * video.width() * 3;
    try (PointerScope scope = new PointerScope()) {
      new BytePointer(bytes.data_ptr()).put(video.rgb(), first * picture, count * picture);
    }
    return bytes.to(ScalarType.Float).permute(0, 3, 1, 2).contiguous();
  }
}
