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
 * in the places that its {@link SoundLayout} says.
 *
 * <pre>
 *   | picture: W | sound: k | task: 1 | zeros up to whole patches |
 * </pre>
 */
final class JointColumns {
  private final int frames;
  private final int width;
  private final int positions;
  private final SoundLayout layout;
  private final int all;
  private final long[] audioShape;
  private final DeviceConstant gather;
  private final DeviceConstant scatter;

  JointColumns(UniFormConfig config) {
    frames = config.video().frames();
    width = config.video().width();
    int[] slots = config.slots();
    positions = config.positionsPerFrame();
    layout = SoundLayout.of(config);
    all = columns(config);
    UniFormConfig.Audio audio = config.audio();
    audioShape =
        audio.frequencies() == null
            ? new long[] {-1, audio.length(), audio.channels()}
            : new long[] {-1, audio.length(), audio.frequencies(), audio.channels()};
    // Position `length` is one of zeros, for slots that have fewer positions than others.
    long[] from = new long[frames * positions];
    long[] to = new long[audio.length()];
    Arrays.fill(from, audio.length());
    int next = 0;
    for (int n = 0; n < frames; n++) {
      for (int i = 0; i < slots[n]; i++) {
        from[n * positions + i] = next;
        to[next++] = (long) n * positions + i;
      }
    }
    gather = new DeviceConstant(() -> Tensors.of(from, from.length));
    scatter = new DeviceConstant(() -> Tensors.of(to, to.length));
  }

  /** Columns of the joint latent, padding included. */
  static int columns(UniFormConfig config) {
    int used = config.video().width() + SoundLayout.of(config).columns() + 1;
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
    Tensor columns = layout.toColumns(slots.unflatten(1, frames, positions));
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
    Tensor slots = layout.toSlots(joint.narrow(3, width, layout.columns())).flatten(1, 2);
    return slots.index_select(1, scatter.on(joint.device(), ScalarType.Long)).reshape(audioShape);
  }
}
