package kinetone.feature.align;

import kinetone.checkpoint.NetworkFolder;
import kinetone.common.Check;
import kinetone.nn.Init;
import kinetone.nn.Linear;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Tells whether the latent of a sound belongs to the features of a picture (Luo et al. 2023,
 * section 3.3 and appendix; names as in the released {@code eval_classifier.ckpt}). The clean
 * latent has timestep 0; a network for guidance is trained on noisy ones. Modules are made outside
 * of tensor scopes and on the CPU.
 */
public final class AlignmentClassifier extends Module {
  /** How it lies on disk. */
  public static final NetworkFolder<AlignmentConfig, AlignmentClassifier> FOLDER =
      new NetworkFolder<>(
          "AlignmentClassifier",
          AlignmentConfig.class,
          AlignmentClassifier::new,
          AlignmentClassifier::config);

  private final AlignmentConfig config;
  private final AlignmentBackbone backbone;
  private final Linear embedder;
  private final Tensor positions;

  /** Held, because libtorch calls them back and the collector must not take them before. */
  private final Module condition;

  private final Sequence embedding;
  private final Module positionTable;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public AlignmentClassifier(AlignmentConfig config, Rng rng) {
    super("AlignmentClassifier");
    this.config = config;
    backbone = register_module("model", new AlignmentBackbone(config, rng));
    condition = register_module("cond_model", new Module("VideoFeatures"));
    embedding = condition.register_module("embedder", new Sequence());
    embedder = embedding.add(0, Linear.xavier(config.features(), config.context(), rng));
    positionTable = condition.register_module("pos_emb", new Module("Embedding"));
    positions = Init.weight(rng, config.frames(), config.context());
    positionTable.register_parameter("weight", positions);
    Init.normal(positions, 1, rng);
  }

  /** The size and form of this network. */
  public AlignmentConfig config() {
    return config;
  }

  /**
   * The logit that both belong together; the probability is its sigmoid.
   *
   * @param latent (B, time, frequency, C), as diffusion sees it; of the trained shape, if known
   * @param features (B, frames, D), likewise; such as {@link
   *     kinetone.feature.cavp.Cavp#encodeVideo}
   * @param timesteps (B), 0 for clean latents
   * @return (B)
   */
  public Tensor forward(Tensor latent, Tensor features, Tensor timesteps) {
    Tensors.requireShape("sound latent", latent, -1, -1, -1, config.latentChannels());
    Tensors.requireShape("features", features, latent.size(0), -1, config.features());
    long frames = features.size(1);
    Check.that(
        frames <= config.frames(),
        "features have %d frames, the alignment classifier takes up to %d",
        frames,
        config.frames());
    AlignmentConfig.Shape trained = config.trained();
    Check.that(
        trained == null || (frames == trained.frames() && latent.size(1) == trained.latents()),
        "%d frames with %d sound latents were given to an alignment classifier that was trained on"
            + " %s; train one in the shape it is used in",
        frames,
        latent.size(1),
        config.trainedOnWords());
    try (TensorScope scope = TensorScope.open()) {
      Tensor seen =
          config.scaleFeatures()
              ? features.mul(new Scalar(Math.sqrt(config.features())))
              : features;
      Tensor context = embedder.forward(seen).add(positions.narrow(0, 0, frames));
      return scope.keep(backbone.forward(latent.permute(0, 3, 2, 1), timesteps, context));
    }
  }
}
