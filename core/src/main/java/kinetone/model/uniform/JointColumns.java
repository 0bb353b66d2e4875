package kinetone.model.uniform;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.constant_pad_nd;

import java.util.Arrays;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * How sound becomes columns beside the picture: "all latents agree on every dimension except the
 * last, adjusted by reshaping, then concatenated" (Zhao et al. 2025, section 3.2.2). The order is
 * not in the paper. Here each frame of the picture latent has the sound of its own time beside it,
 * and columns are filled one after the other, from the top, channels first. With the paper's sizes
 * a column is exactly one position of sound, its 16 frequencies of 8 channels from top to bottom:
 * 100 × 16 × 8 = 20 × (5 columns) × 32 × 4.
 *
 * <pre>
 *   | picture: W | sound: k | task: 1 | zeros up to whole patches |
 * </pre>
 */
final class JointColumns {
  private final int frames;
  private final int height;
  private final int width;
  private final int channels;
  private final int steps;
  private final int size;
  private final int sound;
  private final int all;
  private final long[] audioShape;
  private final DeviceConstant gather;
  private final DeviceConstant scatter;

  JointColumns(UniFormConfig config) {
    frames = config.video().frames();
    height = config.video().height();
    width = config.video().width();
    channels = config.video().channels();
    int[] slots = config.slots();
    steps = steps(config);
    size = config.audio().size();
    sound = soundColumns(config);
    all = columns(config);
    UniFormConfig.Audio audio = config.audio();
    audioShape =
        audio.frequencies() == null
            ? new long[] {-1, audio.length(), audio.channels()}
            : new long[] {-1, audio.length(), audio.frequencies(), audio.channels()};
    // Position `length` is one of zeros, for slots that have fewer positions than others.
    long[] from = new long[frames * steps];
    long[] to = new long[audio.length()];
    Arrays.fill(from, audio.length());
    int next = 0;
    for (int n = 0; n < frames; n++) {
      for (int i = 0; i < slots[n]; i++) {
        from[n * steps + i] = next;
        to[next++] = (long) n * steps + i;
      }
    }
    gather = new DeviceConstant(() -> Tensors.of(from, from.length));
    scatter = new DeviceConstant(() -> Tensors.of(to, to.length));
  }

  private static int steps(UniFormConfig config) {
    return Math.max(1, Arrays.stream(config.slots()).max().orElse(1));
  }

  private static int soundColumns(UniFormConfig config) {
    long column = (long) config.video().height() * config.video().channels();
    return Math.toIntExact(((long) steps(config) * config.audio().size() + column - 1) / column);
  }

  /** Columns of the joint latent, padding included. */
  static int columns(UniFormConfig config) {
    int used = config.video().width() + soundColumns(config) + 1;
    int patch = config.patch();
    return (used + patch - 1) / patch * patch;
  }

  /** Columns of sound and task, in patches, after those of the picture. */
  static int besidePatches(UniFormConfig config) {
    return (columns(config) - config.video().width()) / config.patch();
  }

  /**
   * The joint latent, (B, T, H, columns, C).
   *
   * @param video (B, T, H, W, C)
   * @param audio (B, L, ...)
   * @param task what stands in the task's column, (B, H, C)
   */
  Tensor join(Tensor video, Tensor audio, Tensor task) {
    Tensor flat = audio.flatten(2, -1).to(video.scalar_type());
    Tensor more = constant_pad_nd(flat, new long[] {0, 0, 0, 1}, new Scalar(0.0));
    Tensor slots = more.index_select(1, gather.on(audio.device(), ScalarType.Long));
    long filled = (long) steps * size;
    Tensor columns =
        constant_pad_nd(
                slots.reshape(-1, frames, filled),
                new long[] {0, (long) sound * height * channels - filled},
                new Scalar(0.0))
            .unflatten(2, sound, height * (long) channels)
            .unflatten(3, height, channels)
            .transpose(2, 3); // (B, T, H, k, C)
    Tensor says = task.unsqueeze(1).unsqueeze(3).expand(-1, frames, -1, -1, -1);
    Tensor joint = cat(new TensorVector(video, columns, says.to(video.scalar_type())), 3);
    long missing = all - joint.size(3);
    return missing == 0
        ? joint
        : constant_pad_nd(joint, new long[] {0, 0, 0, missing}, new Scalar(0.0));
  }

  /** The picture's part of (B, T, H, columns, C). */
  Tensor video(Tensor joint) {
    return joint.narrow(3, 0, width);
  }

  /** The sound's part of (B, T, H, columns, C), as a sound latent. */
  Tensor audio(Tensor joint) {
    Tensor flat =
        joint
            .narrow(3, width, sound)
            .transpose(2, 3) // (B, T, k, H, C)
            .flatten(2, 4)
            .narrow(2, 0, (long) steps * size)
            .reshape(joint.size(0), (long) frames * steps, size);
    return flat.index_select(1, scatter.on(joint.device(), ScalarType.Long)).reshape(audioShape);
  }
}
