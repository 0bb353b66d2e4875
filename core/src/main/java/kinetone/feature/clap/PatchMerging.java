package kinetone.feature.clap;

import kinetone.nn.Init;
import kinetone.nn.LayerNorm;
import kinetone.tensor.Rng;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Four neighbours become one token of twice the width (Liu et al. 2021, section 3.1). */
final class PatchMerging extends Module {
  private final LayerNorm norm;
  private final Tensor weight;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module reduction;

  PatchMerging(int width, Rng rng) {
    super("ClapAudioPatchMerging");
    weight = Init.weight(rng, 2L * width, 4L * width);
    Init.xavierUniform(weight, rng);
    reduction = register_module("reduction", new Module("Linear"));
    reduction.register_parameter("weight", weight);
    norm = register_module("norm", new LayerNorm(4 * width, SwinBlock.EPSILON));
  }

  /** (B, H, W, C) to (B, H / 2, W / 2, 2 C); of the four, those below come before those beside. */
  Tensor forward(Tensor x) {
    Tensor four =
        x.unflatten(2, -1, 2).unflatten(1, -1, 2).permute(0, 1, 3, 4, 2, 5).flatten(3, -1);
    return torch.linear(norm.forward(four), weight, Tensors.NONE);
  }
}
