package kinetone.model.mdsgen;

import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.empty;

import java.util.Map;
import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.model.dit.DiTBlock;
import kinetone.model.dit.DiTFinalLayer;
import kinetone.nn.Init;
import kinetone.nn.attention.SelfAttention;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.nn.embed.SinCosPosition;
import kinetone.nn.embed.TimestepEmbedding;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * MDSGen: a diffusion transformer over the latent of a spectrogram, told what the video shows by
 * one vector (Pham, Ton, Yoo 2025, section 3).
 *
 * <pre>
 *   y = Reducer(LN(GELU(W features)))                   one vector for all frames; 0 when dropped
 *   c = MLP(sinusoids(t)) + y                           (B, D)
 *   x = patches + position                              (B, N, D)
 *   x = block(x, c), depth − decoderDepth times         DiT's, with a bias by distance
 *   x = x + position′                                   learned, also used without masks
 *   x = block(x, c), decoderDepth times
 *   [ε̂; v] = head(LN(x) (1 + scale(c)) + shift(c))
 * </pre>
 *
 * <p>In a masked pass the first blocks see some of the tokens only and {@link SideInterpolator}
 * takes the place of the middle line. The paper is silent about most of this; we follow the
 * released code (triton99/MDSGen), whose parameter names these are. Modules are made outside of
 * tensor scopes and on the CPU.
 */
public final class Mdsgen extends Module implements Denoiser {
  /** The name of the kind of component, in folders of weights. */
  public static final String TYPE = "Mdsgen";

  private static final double MASK_TOKEN_DEVIATION = 0.02;

  private final MdsgenConfig config;
  private final PatchEmbedding patches;
  private final TimestepEmbedding timestep;
  private final FeatureProjection projection;
  private final FramesToVector frames;
  private final Tensor positions;
  private final Tensor decoderPositions;
  private final DiTBlock[] blocks;
  private final SideInterpolator side;
  private final DiTFinalLayer last;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public Mdsgen(MdsgenConfig config, Rng rng) {
    super(TYPE);
    this.config = config;
    int width = config.width();
    MdsgenConfig.Latent latent = config.latent();
    patches =
        register_module(
            "x_embedder", new PatchEmbedding(latent.patch(), latent.channels(), width, rng));
    timestep =
        register_module(
            "t_embedder", new TimestepEmbedding(config.timestepSinusoids(), width, width, rng));
    projection = register_module("mlp_feat", new FeatureProjection(config.features(), width, rng));
    frames = frames(config.features(), width, rng);
    positions = positions("pos_embed", rng);
    decoderPositions = positions("decoder_pos_embed", rng);
    Tensor maskToken = empty(1, 1, width);
    Init.normal(maskToken, MASK_TOKEN_DEVIATION, rng);
    register_parameter("mask_token", maskToken);
    ModuleListImpl list = register_module("blocks", new ModuleListImpl());
    blocks = new DiTBlock[config.depth()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = block(rng);
      list.push_back(blocks[i]);
    }
    ModuleListImpl sides = register_module("sideblocks", new ModuleListImpl());
    side = new SideInterpolator(maskToken, decoderPositions, block(rng));
    sides.push_back(side.block());
    last =
        register_module(
            "final_layer",
            new DiTFinalLayer(width, latent.patch() * latent.patch() * 2 * latent.channels(), rng));
  }

  private FramesToVector frames(MdsgenConfig.Features features, int width, Rng rng) {
    return features.unreduced()
        ? register_module("all_feat", new AllFrames(features.frames(), width, rng))
        : register_module("conv1d_feat", new Reducer(features.frames(), width, rng));
  }

  private Tensor positions(String name, Rng rng) {
    MdsgenConfig.Latent latent = config.latent();
    Tensor table = Init.weight(rng, 1, latent.tokens(), config.width());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      table.copy_(
          SinCosPosition.grid(latent.gridRows(), latent.gridColumns(), config.width())
              .unsqueeze(0));
    }
    register_parameter(name, table);
    return table;
  }

  private DiTBlock block(Rng rng) {
    MdsgenConfig.Latent latent = config.latent();
    SelfAttention attention =
        SelfAttention.onGrid(
            config.width(), config.heads(), latent.gridRows(), latent.gridColumns(), rng);
    return new DiTBlock(config.width(), attention, config.gelu(), rng);
  }

  /** The size and form of this network. */
  public MdsgenConfig config() {
    return config;
  }

  /**
   * Predicts noise and variance.
   *
   * @param noisy audio (B, L, F, C) in the sizes of the configuration
   * @param levels (B, L), one level per example; where positions differ, the highest counts
   * @param conditions features (B, frames, width) of the configuration, or none for the
   *     unconditional prediction; {@code keep} drops them by example
   */
  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    return predict(noisy, levels, conditions, Optional.empty());
  }

  /** This network in the masked passes of training, in which it sees {@code tokens} only. */
  public Denoiser masked(VisibleTokens tokens) {
    return (noisy, levels, conditions) -> predict(noisy, levels, conditions, Optional.of(tokens));
  }

  private Prediction predict(
      Latents noisy, NoiseLevels levels, Conditions conditions, Optional<VisibleTokens> visible) {
    MdsgenConfig.Latent latent = config.latent();
    Tensor audio =
        Tensors.requireShape(
            "audio latent",
            noisy.audio(),
            -1,
            latent.length(),
            latent.frequencies(),
            latent.channels());
    try (TensorScope scope = TensorScope.open()) {
      Tensor c = condition(levels.get(Modality.AUDIO), conditions);
      Tensor all = patches.forward(toGrid(audio)).add(positions);
      Tensor x = visible.map(tokens -> tokens.select(all)).orElse(all);
      int encoderDepth = config.depth() - config.decoderDepth();
      for (int i = 0; i < encoderDepth; i++) {
        x = block(i, x, c, visible);
      }
      x = visible.isPresent() ? side.forward(x, c, visible.get()) : x.add(decoderPositions);
      for (int i = encoderDepth; i < blocks.length; i++) {
        x = block(i, x, c, Optional.empty());
      }
      Tensor both = fromGrid(last.forward(x, c)); // (B, L, F, 2 C)
      long channels = latent.channels();
      return new Prediction(
          audio(scope.keep(both.narrow(-1, 0, channels))),
          Optional.of(audio(scope.keep(both.narrow(-1, channels, channels)))));
    }
  }

  /** In a scope of its own, so that the next block finds its memory free and in cache. */
  private Tensor block(int i, Tensor x, Tensor c, Optional<VisibleTokens> visible) {
    try (TensorScope scope = TensorScope.open()) {
      return scope.keep(
          visible.isPresent()
              ? blocks[i].forward(x, c, visible.get().kept())
              : blocks[i].forward(x, c));
    }
  }

  private static Latents audio(Tensor tensor) {
    return Latents.of(Map.of(Modality.AUDIO, tensor));
  }

  /** c, (B, D). DiT's numbering of timesteps begins with 0. */
  private Tensor condition(Tensor levels, Conditions conditions) {
    Tensor t = levels.to(ScalarType.Float).amax(new long[] {1}, false).sub(Tensors.ONE);
    Tensor embedded = timestep.forward(t);
    return conditions
        .features()
        .map(features -> embedded.add(reduce(features, conditions.keep(), t.size(0))))
        .orElse(embedded);
  }

  /** y, (B, D): 0 for examples that are not kept. */
  Tensor reduce(Tensor features, Optional<Tensor> keep, long batch) {
    MdsgenConfig.Features sizes = config.features();
    Tensors.requireShape("video features", features, batch, sizes.frames(), sizes.width());
    Tensor y = frames.forward(projection.forward(features));
    return keep.map(k -> y.mul(k.to(y.device(), y.scalar_type()).unsqueeze(-1))).orElse(y);
  }

  /** (B, L, F, C) to a picture (B, rows, columns, C) of whole patches. */
  private Tensor toGrid(Tensor audio) {
    MdsgenConfig.Latent latent = config.latent();
    long missing = (long) latent.times() * latent.patch() - latent.length();
    Tensor whole = missing == 0 ? audio : constant_pad_nd(audio, 0, 0, 0, 0, 0, missing);
    return latent.rows() == MdsgenConfig.Rows.TIME ? whole : whole.transpose(1, 2);
  }

  /** Tokens (B, N, p² 2 C) to (B, L, F, 2 C). */
  private Tensor fromGrid(Tensor tokens) {
    MdsgenConfig.Latent latent = config.latent();
    int patch = latent.patch();
    Tensor picture =
        PatchEmbedding.join(
            tokens,
            patch,
            tokens.size(0),
            (long) latent.gridRows() * patch,
            (long) latent.gridColumns() * patch,
            2L * latent.channels());
    Tensor byTime = latent.rows() == MdsgenConfig.Rows.TIME ? picture : picture.transpose(1, 2);
    return byTime.narrow(1, 0, latent.length());
  }
}
