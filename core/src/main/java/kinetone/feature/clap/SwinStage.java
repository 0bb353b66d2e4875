package kinetone.feature.clap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.tensor.Rng;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;

/** Blocks on one grid of tokens, and the merging that all but the last stage end with. */
final class SwinStage extends Module {
  private final List<SwinBlock> layers = new ArrayList<>();
  private final Optional<PatchMerging> merging;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module blocks;

  SwinStage(ClapAudioConfig config, int stage, Rng rng) {
    super("ClapAudioStage");
    blocks = register_module("blocks", new Module("ModuleList"));
    for (int i = 0; i < config.depths().get(stage); i++) {
      SwinBlock block = new SwinBlock(config, stage, i % 2 == 1, rng);
      layers.add(blocks.register_module(Integer.toString(i), block));
    }
    merging =
        stage < config.last()
            ? Optional.of(register_module("downsample", new PatchMerging(config.width(stage), rng)))
            : Optional.empty();
  }

  /** (B, H, W, C) to (B, H / 2, W / 2, 2 C), or the same at the end. */
  Tensor forward(Tensor x) {
    Tensor seen = x;
    for (SwinBlock layer : layers) {
      seen = layer.forward(seen);
    }
    return merging.isPresent() ? merging.get().forward(seen) : seen;
  }
}
