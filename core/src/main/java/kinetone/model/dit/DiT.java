package kinetone.model.dit;

import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.nn.Gelu;
import kinetone.nn.embed.LabelEmbedding;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.nn.embed.SinCosPosition;
import kinetone.nn.embed.TimestepEmbedding;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The class-conditional diffusion transformer with learned variance (Peebles and Xie 2023, figure
 * 3). Parameter names are those of the public checkpoints. As a {@link Denoiser} it denoises every
 * frame of picture latents by itself.
 */
public final class DiT extends Module implements Denoiser {
  /** The name of the kind of component, in folders of weights. */
  public static final String TYPE = "DiT";

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
    super(TYPE);
    this.config = config;
    int width = config.width();
    int side = config.side();
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
      return scope.keep(forward(x, timestep.forward(t).add(label.forward(labels))));
    }
  }

  private Tensor forward(Tensor x, Tensor condition) {
    Tensor h = embed(x);
    for (DiTBlock block : blocks) {
      h = block.forward(h, condition);
    }
    return join(last.forward(h, condition), x.size(0));
  }

  /**
   * Predicts noise and variance of every frame by itself.
   *
   * @param noisy video (B, T, H, W, C) in the sizes of the configuration, any T
   * @param levels (B, T)
   * @param conditions labels, or none for "no class"; {@code keep} drops them by example
   */
  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    int size = config.inputSize();
    Tensor video =
        Tensors.requireShape("video latent", noisy.video(), -1, -1, size, size, config.channels());
    long batch = video.size(0);
    long frames = video.size(1);
    try (TensorScope scope = TensorScope.open()) {
      // DiT's numbering of timesteps begins with 0.
      Tensor t = levels.get(Modality.VIDEO).to(ScalarType.Float).sub(Tensors.ONE);
      Tensor condition =
          timestep
              .forward(t)
              .add(label(conditions, batch).unsqueeze(1)) // (B, T, D)
              .flatten(0, 1);
      Tensor both = forward(video.flatten(0, 1), condition).unflatten(0, batch, frames);
      long channels = config.channels();
      return new Prediction(
          pictures(scope.keep(both.narrow(-1, 0, channels))),
          Optional.of(pictures(scope.keep(both.narrow(-1, channels, channels)))));
    }
  }

  private static Latents pictures(Tensor tensor) {
    return Latents.of(Map.of(Modality.VIDEO, tensor));
  }

  private Tensor label(Conditions conditions, long batch) {
    Tensor none = label.none(batch);
    return conditions
        .labels()
        .map(
            labels -> {
              Tensor known = label.forward(labels);
              return conditions
                  .keep()
                  .map(
                      keep ->
                          known.where(keep.to(known.device(), ScalarType.Bool).unsqueeze(1), none))
                  .orElse(known);
            })
        .orElse(none);
  }

  /** The size of this network. */
  public DiTConfig config() {
    return config;
  }

  /**
   * What blocks and last layer are told, (B, D), of timesteps (B) in DiT's numbering and labels.
   */
  public Tensor condition(Tensor t, Conditions conditions) {
    return timestep.forward(t).add(label(conditions, t.size(0)));
  }

  /** Pictures (M, H, W, C) to tokens with their positions, (M, N, D). */
  public Tensor embed(Tensor pictures) {
    return patches.forward(pictures).add(positions);
  }

  /** The blocks, for networks that are built around them. */
  public DiTBlock block(int i) {
    return blocks[i];
  }

  /** The last layer. */
  public DiTFinalLayer last() {
    return last;
  }

  /** What {@link #last} gives, (M, N, p² 2C), as {@code count} pictures (M, H, W, 2C). */
  public Tensor join(Tensor tokens, long count) {
    long size = config.inputSize();
    return PatchEmbedding.join(tokens, config.patch(), count, size, size, 2L * config.channels());
  }
}
