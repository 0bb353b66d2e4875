package kinetone.signal;

import java.util.List;
import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.tensor.Tensors;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** The one place where clips become tensors and back. */
public final class ClipTensors {
  private ClipTensors() {}

  /** Pictures as float32 (B, T, H, W, 3) in [−1, 1]: x / 127.5 − 1. */
  public static Tensor video(List<Clip> clips) {
    return bytes(clips).div_(new Scalar(127.5)).sub_(new Scalar(1.0));
  }

  /** Pictures as float32 (B, T, H, W, 3) in [0, 1]: x / 255, for CAVP. */
  public static Tensor unitVideo(List<Clip> clips) {
    return bytes(clips).div_(new Scalar(255.0));
  }

  /** Pictures as float32 (B, T, H, W, 3) in 0..255. */
  private static Tensor bytes(List<Clip> clips) {
    Video first = clips.get(0).video().orElseThrow();
    int bytes = first.rgb().length;
    Tensor all =
        torch.zeros(
            new long[] {clips.size(), first.frames(), first.height(), first.width(), 3},
            new TensorOptions(ScalarType.Byte));
    try (PointerScope scope = new PointerScope()) {
      BytePointer target = new BytePointer(all.data_ptr());
      for (int i = 0; i < clips.size(); i++) {
        byte[] rgb = clips.get(i).video().orElseThrow().rgb();
        Check.that(rgb.length == bytes, "clips of one batch must have the same size");
        target.position((long) i * bytes).put(rgb, 0, bytes);
      }
    }
    return all.to(ScalarType.Float);
  }

  /**
   * Sound as float32 (B, samples), the mean of all channels, cut or padded with silence to {@code
   * samples}.
   */
  public static Tensor audio(List<Clip> clips, int samples) {
    float[] all = new float[clips.size() * samples];
    for (int i = 0; i < clips.size(); i++) {
      float[] mono = clips.get(i).audio().orElseThrow().toMono().samples()[0];
      System.arraycopy(mono, 0, all, i * samples, Math.min(samples, mono.length));
    }
    return Tensors.of(all, clips.size(), samples);
  }

  /** Pictures of one example (T, H, W, 3) in [−1, 1], rounded to bytes. */
  public static Video toVideo(Tensor pictures, double framesPerSecond) {
    try (PointerScope scope = new PointerScope()) {
      Tensor bytes =
          pictures
              .detach()
              .cpu()
              .to(ScalarType.Float)
              .add(new Scalar(1.0))
              .mul(new Scalar(127.5))
              .round()
              .clamp_(
                  new org.bytedeco.pytorch.ScalarOptional(new Scalar(0.0)),
                  new org.bytedeco.pytorch.ScalarOptional(new Scalar(255.0)))
              .to(ScalarType.Byte)
              .contiguous();
      byte[] rgb = new byte[Math.toIntExact(bytes.numel())];
      new BytePointer(bytes.data_ptr()).get(rgb);
      return new Video(
          rgb,
          (int) pictures.size(0),
          (int) pictures.size(2),
          (int) pictures.size(1),
          framesPerSecond);
    }
  }

  /** Sound of one example (samples), limited to [−1, 1] and cut to the format's length. */
  public static Audio toAudio(Tensor sound, ClipFormat format) {
    float[] values = Tensors.toFloats(sound);
    float[] cut = new float[format.samples()];
    for (int i = 0; i < Math.min(cut.length, values.length); i++) {
      cut[i] = Math.max(-1f, Math.min(1f, values[i]));
    }
    return Audio.mono(cut, format.sampleRate());
  }
}
