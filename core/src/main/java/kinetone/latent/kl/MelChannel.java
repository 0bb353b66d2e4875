package kinetone.latent.kl;

import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;

/**
 * Which channel of a decoded picture is the spectrogram, when an autoencoder of pictures codes a
 * spectrogram that was copied to three channels. Diff-Foley takes R, MDSGen G (Pham et al. 2025,
 * section 3.5).
 */
public enum MelChannel {
  /** The first. */
  R,
  /** The second. */
  G,
  /** The third. */
  B,
  /** The mean of all three. */
  MEAN;

  private static final int COPIES = 3;

  /** (B, H, W, 1) to (B, H, W, 3), a view. */
  public static Tensor copied(Tensor mel) {
    Tensors.requireShape("mel spectrogram", mel, -1, -1, -1, 1);
    return mel.expand(mel.size(0), mel.size(1), mel.size(2), COPIES);
  }

  /** (B, H, W, 3) to (B, H, W, 1). */
  public Tensor of(Tensor picture) {
    Tensors.requireShape("decoded spectrogram", picture, -1, -1, -1, COPIES);
    return switch (this) {
      case R -> picture.narrow(-1, 0, 1);
      case G -> picture.narrow(-1, 1, 1);
      case B -> picture.narrow(-1, 2, 1);
      case MEAN -> picture.mean(new long[] {-1}, true, new ScalarTypeOptional());
    };
  }
}
