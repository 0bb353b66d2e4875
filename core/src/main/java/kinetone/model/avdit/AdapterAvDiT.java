package kinetone.model.avdit;

import static org.bytedeco.pytorch.global.torch.addcmul;
import static org.bytedeco.pytorch.global.torch.cat;

import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.model.CheckpointableDenoiser;
import kinetone.model.dit.DiT;
import kinetone.model.dit.DiTBlock;
import kinetone.nn.Linear;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.attention.AttentionUpdate;
import kinetone.nn.attention.SelfAttention;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.nn.embed.SinCosPosition;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.StateDict;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * AV-DiT: a diffusion transformer that was trained on pictures alone, shared by the frames of a
 * video and its sound, and small trained parts that make them a sounding video (Wang et al. 2024).
 *
 * <pre>
 *   c = base's embedding of t and class                     (B, D), of each modality: its own t
 *   v = base's tokens of every frame                        (B, T S, D)
 *   a = new patches + sinusoids                             (B, A, D)
 *   in every block of the base, m = its six vectors of c of the modality:
 *     v ← v + gate₁ attn(LN(v; m)) [+ adapter]              among the tokens of one frame
 *     v ← v + temporal(LN(v))                               over the frames at one place
 *                                     [and at others, with scores that fall with the distance]
 *     a ← a + gate₁ attn(LN(a; m), low-rank update) + adapter
 *     [v; a] ← [v; a] + adapter(attn(LN([v; a]; m) [+ τ]))  the same attention once more, over both
 *                                     [with scores that fall with time, and across only]
 *     v ← v + gate₂ mlp(LN(v; m)) [+ adapter], a likewise
 *   [ε̂; v] of frames = base's last layer;  of sound = new linear(base's last LN)
 * </pre>
 *
 * <p>No code was ever published and the text at hand is the abstract, which names a temporal
 * attention, "a small number of trainable parameters" for sound and "an extra shared block with
 * lightweight parameters" between the two; the rest is inferred, see {@code docs/traps.md}. All
 * that is new is zero at its output, so an untrained network is the base, frame by frame, and no
 * sound. Tensors of the base are named {@code base.} and as in public checkpoints. Modules are made
 * outside of tensor scopes and on the CPU.
 */
public final class AdapterAvDiT extends Module implements CheckpointableDenoiser {
  /** The name of the kind of component, in folders of weights. */
  public static final String TYPE = "AdapterAvDiT";

  /** What stands before the names of the base's tensors. */
  public static final String BASE_PREFIX = "base.";

  private final AdapterAvDiTConfig config;
  private final DiT base;
  private final BlockParts[] parts;
  private final PatchEmbedding audioEmbedder;
  private final Tensor audioPositions;
  private final Tensor framePositions;

  /** τ: when each token is, (1, T S + A, D). */
  private final Optional<Tensor> times;

  private final Optional<JointScores> jointScores;

  private final Linear audioHead;

  /**
   * A network with fresh weights: the same {@code rng} state gives the same weights. The base is
   * not frozen, see {@link #freezeBase}.
   */
  public AdapterAvDiT(AdapterAvDiTConfig config, Rng rng) {
    super(TYPE);
    this.config = config;
    int width = config.base().width();
    AdapterAvDiTConfig.Audio audio = config.audio();
    base = register_module("base", new DiT(config.base(), rng));
    audioEmbedder =
        register_module(
            "audio_x_embedder", new PatchEmbedding(audio.patch(), audio.channels(), width, rng));
    rng.claim(audio.tokens(), width);
    audioPositions = SinCosPosition.grid(audio.times(), audio.rows(), width).unsqueeze(0);
    register_buffer("audio_pos_embed", audioPositions);
    rng.claim(config.frames(), width);
    framePositions = FrameAttention.positions(config.frames(), width);
    register_buffer("frame_pos_embed", framePositions);
    rng.claim(config.tellsTime() ? config.videoTokens() + audio.tokens() : 0, width);
    times =
        config.tellsTime()
            ? Optional.of(
                SinCosPosition.at(
                        JointScores.middles(config, new TensorOptions(ScalarType.Float)), width)
                    .unsqueeze(0))
            : Optional.empty();
    times.ifPresent(table -> register_buffer("joint_time_embed", table));
    jointScores =
        config.jointHeads().isEmpty() ? Optional.empty() : Optional.of(new JointScores(config));
    ModuleListImpl list = register_module("blocks", new ModuleListImpl());
    parts = new BlockParts[config.base().depth()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new BlockParts(config, i, rng);
      list.push_back(parts[i]);
    }
    audioHead =
        register_module(
            "audio_final_layer",
            Linear.zero(width, 2L * audio.patch() * audio.patch() * audio.channels(), rng));
  }

  /** The size and form of this network. */
  public AdapterAvDiTConfig config() {
    return config;
  }

  /** The network that was trained on pictures. */
  public DiT base() {
    return base;
  }

  /** Leaves the base as it is: its parameters get no gradients from now on. */
  public void freezeBase() {
    StateDict.parameters(base).values().forEach(p -> p.set_requires_grad(false));
  }

  /**
   * Predicts noise and variance.
   *
   * @param noisy video (B, T, H, W, C) and audio (B, L, F, C) in the sizes of the configuration
   * @param levels (B, T) and (B, L), one level per example and modality, one for both in the paper;
   *     where positions differ, the highest counts
   * @param conditions labels of the base's classes, or none for "no class"; {@code keep} drops them
   *     by example
   */
  @Override
  public Prediction predict(
      Latents noisy,
      NoiseLevels levels,
      Conditions conditions,
      Optional<GradientCheckpoints> checkpoints) {
    requireShapes(noisy);
    try (TensorScope scope = TensorScope.open()) {
      UnaryOperator<Tensor> entered = x -> checkpoints.map(tape -> tape.enter(x)).orElse(x);
      Both c =
          new Both(
              entered.apply(base.condition(timestep(levels, Modality.VIDEO), conditions)),
              entered.apply(base.condition(timestep(levels, Modality.AUDIO), conditions)));
      long batch = noisy.batch();
      Tensor frames = base.embed(noisy.video().flatten(0, 1));
      Both tokens =
          new Both(
              entered.apply(frames.view(batch, config.videoTokens(), config.base().width())),
              entered.apply(audioEmbedder.forward(noisy.audio()).add(audioPositions)));
      for (int i = 0; i < parts.length; i++) {
        tokens =
            checkpoints.isPresent() ? kept(checkpoints.get(), i, tokens, c) : block(i, tokens, c);
      }
      Tensor video = video(base.last().forward(tokens.video(), c.video()), batch);
      Tensor audio = audio(audioHead.forward(base.last().modulated(tokens.audio(), c.audio())));
      return new Prediction(
          half(scope, video, audio, 0), Optional.of(half(scope, video, audio, 1)));
    }
  }

  /** Tokens of the frames (B, T S, D) and of the sound (B, A, D), or the conditions (B, D). */
  private record Both(Tensor video, Tensor audio) {}

  private Both kept(GradientCheckpoints checkpoints, int i, Both x, Both c) {
    List<Tensor> made =
        checkpoints.run(
            List.of(x.video(), x.audio(), c.video(), c.audio()),
            in -> {
              Both out = block(i, new Both(in.get(0), in.get(1)), new Both(in.get(2), in.get(3)));
              return List.of(out.video(), out.audio());
            });
    return new Both(made.get(0), made.get(1));
  }

  /** In a scope of its own, so that the next block finds its memory free and in cache. */
  private Both block(int i, Both x, Both c) {
    try (TensorScope scope = TensorScope.open()) {
      DiTBlock shared = base.block(i);
      BlockParts own = parts[i];
      TensorVector mv = shared.modulation().forward(c.video());
      TensorVector ma = shared.modulation().forward(c.audio());
      Tensor video =
          branch(x.video(), mv, 0, h -> perFrame(shared, own, h), own, Place.VIDEO_ATTENTION);
      if (own.temporal().isPresent()) {
        video = video.add(own.temporal().get().forward(video, framePositions));
      }
      Tensor audio =
          branch(
              x.audio(),
              ma,
              0,
              h -> attention(shared, own, Place.AUDIO_ATTENTION, h),
              own,
              Place.AUDIO_ATTENTION);
      if (own.joins()) {
        Tensor both = cat(new TensorVector(video, audio), 1);
        Tensor modulated =
            cat(
                new TensorVector(
                    AdaLayerNorm.apply(video, mv.get(0), mv.get(1)),
                    AdaLayerNorm.apply(audio, ma.get(0), ma.get(1))),
                1);
        Tensor told = times.map(modulated::add).orElse(modulated);
        Tensor heard = together(shared.attention(), own.update(Place.JOINT_ATTENTION), told);
        Tensor joined = own.adapted(Place.JOINT_ATTENTION, both, heard);
        video = joined.narrow(1, 0, config.videoTokens());
        audio = joined.narrow(1, config.videoTokens(), config.audio().tokens());
      }
      video = branch(video, mv, 3, shared.mlp()::forward, own, Place.VIDEO_MLP);
      audio = branch(audio, ma, 3, shared.mlp()::forward, own, Place.AUDIO_MLP);
      return new Both(scope.keep(video), scope.keep(audio));
    }
  }

  /** A residual branch of the base behind its own gate, and beside it an adapter without one. */
  private static Tensor branch(
      Tensor x, TensorVector m, int at, UnaryOperator<Tensor> f, BlockParts own, Place place) {
    Tensor inner = f.apply(AdaLayerNorm.apply(x, m.get(at), m.get(at + 1)));
    return own.adapted(place, addcmul(x, m.get(at + 2).unsqueeze(1), inner), inner);
  }

  private Tensor perFrame(DiTBlock shared, BlockParts own, Tensor h) {
    int side = config.base().side();
    Tensor frames = h.reshape(-1, (long) side * side, h.size(-1));
    return attention(shared, own, Place.VIDEO_ATTENTION, frames).view(h.shape());
  }

  private static Tensor attention(DiTBlock shared, BlockParts own, Place place, Tensor h) {
    return attention(shared.attention(), own.update(place), h);
  }

  private static Tensor attention(
      SelfAttention frozen, Optional<AttentionUpdate> update, Tensor h) {
    return update.isPresent() ? frozen.forward(h, update.get()) : frozen.forward(h);
  }

  private Tensor together(SelfAttention frozen, Optional<AttentionUpdate> update, Tensor h) {
    return jointScores
        .map(scores -> frozen.forward(h, update, scores.like(h)))
        .orElseGet(() -> attention(frozen, update, h));
  }

  /** (B), in DiT's numbering, which begins with 0 and has none for clean latents. */
  private static Tensor timestep(NoiseLevels levels, Modality modality) {
    Tensor highest = levels.get(modality).to(ScalarType.Float).amax(new long[] {1}, false);
    return highest.sub(Tensors.ONE).clamp_min(new Scalar(0.0));
  }

  private Tensor video(Tensor tokens, long batch) {
    long count = batch * config.frames();
    return base.join(tokens.reshape(count, -1, tokens.size(-1)), count)
        .unflatten(0, batch, config.frames());
  }

  private Tensor audio(Tensor tokens) {
    AdapterAvDiTConfig.Audio audio = config.audio();
    return PatchEmbedding.join(
        tokens,
        audio.patch(),
        tokens.size(0),
        audio.length(),
        audio.frequencies(),
        2L * audio.channels());
  }

  private Latents half(TensorScope scope, Tensor video, Tensor audio, int number) {
    long pictures = config.base().channels();
    long sound = config.audio().channels();
    return Latents.of(
        scope.keep(video.narrow(-1, number * pictures, pictures)),
        scope.keep(audio.narrow(-1, number * sound, sound)));
  }

  private void requireShapes(Latents latents) {
    int size = config.base().inputSize();
    Tensors.requireShape(
        "video latent", latents.video(), -1, config.frames(), size, size, config.base().channels());
    AdapterAvDiTConfig.Audio audio = config.audio();
    Tensors.requireShape(
        "audio latent",
        latents.audio(),
        latents.video().size(0),
        audio.length(),
        audio.frequencies(),
        audio.channels());
  }
}
