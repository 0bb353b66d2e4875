package kinetone.nn.embed;

import static org.bytedeco.pytorch.global.torch.empty;

import kinetone.common.Check;
import kinetone.nn.Init;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Square patches of channels-last pictures to tokens. The weight has the shape (width, C, p, p) of
 * the convolution that DiT uses ({@code proj}), Xavier-initialised on the flattened kernel; it is
 * applied as a matrix product because patches do not overlap.
 */
public final class PatchEmbedding extends Module {
  private final int patch;
  private final Tensor weight;
  private final TensorOptional bias;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module proj;

  /** Patches of {@code patch}² pixels with {@code channels} channels to {@code width}. */
  public PatchEmbedding(int patch, int channels, int width, Rng rng) {
    super("PatchEmbedding");
    this.patch = Check.atLeast("patch", patch, 1);
    proj = register_module("proj", new Module("Projection"));
    weight = Init.weight(rng, width, channels, patch, patch);
    Tensor offset = empty(width);
    proj.register_parameter("weight", weight);
    proj.register_parameter("bias", offset);
    bias = new TensorOptional(offset);
    Init.xavierUniform(weight, rng);
    Init.constant(offset, 0);
  }

  /** Pictures (B, ..., H, W, C) to tokens (B, N, width), patches in row-major order. */
  public Tensor forward(Tensor pictures) {
    Tensor patches = pictures.flatten(0, -4); // (M, H, W, C)
    if (patch > 1) {
      patches =
          patches
              .unflatten(2, -1, patch)
              .unflatten(1, -1, patch)
              .permute(0, 1, 3, 5, 2, 4) // (M, H / p, W / p, C, p, p)
              .flatten(3, -1);
    }
    Tensor tokens = torch.linear(patches, weight.flatten(1, -1), bias);
    return tokens.reshape(pictures.size(0), -1, tokens.size(-1));
  }

  /**
   * Puts pictures together again from tokens that hold (p, p, C) pixels, channels fastest: DiT's
   * {@code unpatchify}.
   *
   * @param tokens (B, N, p² C)
   * @param pictures (B, ..., H, W, C), the shape to fill
   */
  public static Tensor join(Tensor tokens, int patch, long... pictures) {
    if (patch == 1) {
      return tokens.reshape(pictures);
    }
    int rank = pictures.length;
    long rows = pictures[rank - 3] / patch;
    long columns = pictures[rank - 2] / patch;
    return tokens
        .reshape(-1, rows, columns, patch, patch, pictures[rank - 1])
        .transpose(2, 3) // (M, H / p, p, W / p, p, C)
        .reshape(pictures);
  }
}
