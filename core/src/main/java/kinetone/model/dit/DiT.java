package kinetone.model.dit;

import kinetone.nn.Gelu;
import kinetone.nn.embed.LabelEmbedding;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.nn.embed.SinCosPosition;
import kinetone.nn.embed.TimestepEmbedding;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;

/**
 * The class-conditional diffusion transformer with learned variance (Peebles and Xie 2023, figure
 * 3). Parameter names are those of the public checkpoints.
 */
public final class DiT extends Module {
  private static final int TIMESTEP_SINUSOIDS = 256;

  private final DiTConfig config;
  private final PatchEmbedding patches;
  private final TimestepEmbedding timestep;
  private final LabelEmbedding label;
  private final Tensor positions;
  private final DiTBlock[] blocks;
  private final DiTFinalLayer last;

  /** A network with fresh weights. */
  public DiT(DiTConfig config, Rng rng) {
    super("DiT");
    this.config = config;
    int width = config.width();
    int side = config.inputSize() / config.patch();
    patches =
        register_module(
            "x_embedder", new PatchEmbedding(config.patch(), config.channels(), width, rng));
    timestep =
        register_module("t_embedder", new TimestepEmbedding(TIMESTEP_SINUSOIDS, width, width, rng));
    label = register_module("y_embedder", new LabelEmbedding(config.classes(), width, rng));
    rng.claim((long) side * side, width);
    positions = SinCosPosition.grid(side, side, width).unsqueeze(0);
    register_buffer("pos_embed", positions);
    ModuleListImpl list = register_module("blocks", new ModuleListImpl());
    blocks = new DiTBlock[config.depth()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new DiTBlock(width, config.heads(), Gelu.TANH, rng);
      list.push_back(blocks[i]);
    }
    last =
        register_module(
            "final_layer",
            new DiTFinalLayer(width, config.patch() * config.patch() * 2 * config.channels(), rng));
  }

  /**
   * Predicts noise and variance.
   *
   * @param x latents (B, H, W, C)
   * @param t timesteps (B), in DiT's numbering 0..T−1
   * @param labels int64 (B); the number of classes means "no class"
   * @return (B, H, W, 2C): the noise and then the raw variance
   */
  public Tensor forward(Tensor x, Tensor t, Tensor labels) {
    try (TensorScope scope = TensorScope.open()) {
      Tensor condition = timestep.forward(t).add(label.forward(labels));
      Tensor h = patches.forward(x).add(positions);
      for (DiTBlock block : blocks) {
        h = block.forward(h, condition);
      }
      long size = config.inputSize();
      return scope.keep(
          PatchEmbedding.join(
              last.forward(h, condition),
              config.patch(),
              x.size(0),
              size,
              size,
              2L * config.channels()));
    }
  }
}
