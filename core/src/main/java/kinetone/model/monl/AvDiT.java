package kinetone.model.monl;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.constant_pad_nd;
import static org.bytedeco.pytorch.global.torch.silu;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.diffusion.task.SegmentMap;
import kinetone.nn.Linear;
import kinetone.nn.adaln.AdaLayerNorm;
import kinetone.nn.adaln.Modulation;
import kinetone.nn.adaln.Segments;
import kinetone.nn.embed.LearnedPosition;
import kinetone.nn.embed.PatchEmbedding;
import kinetone.nn.embed.SinCosPosition;
import kinetone.nn.embed.Sinusoid;
import kinetone.nn.embed.TimestepEmbedding;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.ModuleListImpl;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/**
 * AVDiT: one transformer over the tokens of picture and sound that predicts the noise of both, for
 * a different noise level in every time segment of either (Kim et al. 2024, section 4, figure 5).
 *
 * <pre>
 *   c(m, n) = MLP([sinusoids(t(m, n)); position(m, n)])   one row per modality m and segment n
 *   x = [video patches; audio patches] + position      (B, N, D)
 *   x = block(x, c), depth times
 *   ε̂ = head(LN(x) (1 + scale(c)) + shift(c))          one head per modality
 * </pre>
 *
 * <p>Where the paper is silent: patches and separate learned positions follow W.A.L.T as the paper
 * does, and start from sinusoids of time and place (see {@link AvDiTPositions}); they are weights,
 * so a trained network keeps its own; the "positional encodings" of the condition are learned per
 * modality and time, starting from sinusoids; a token that covers several sound latents takes the
 * mean of their sinusoids. Modules are made outside of tensor scopes and on the CPU.
 */
public final class AvDiT extends Module implements Denoiser {
  /** The name of the kind of component, in folders of weights. */
  public static final String TYPE = "AvDiT";

  private static final int PAPER_FRAMES_PER_LATENT = 4;

  private final AvDiTConfig config;
  private final Segments segments;
  private final PatchEmbedding videoEmbedder;
  private final Linear audioEmbedder;
  private final LearnedPosition positions;
  private final LearnedPosition times;
  private final TimestepEmbedding timestepEmbedder;
  private final AvDiTBlock[] blocks;
  private final Modulation finalModulation;
  private final Linear videoHead;
  private final Linear audioHead;
  private final Sinusoid sinusoid;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module last;

  /**
   * A network of the paper's causal codecs, whose first picture latent covers one frame and each
   * later one four, for sound as long as the picture. What it does not know of the clips, a
   * training does: see {@link #AvDiT(AvDiTConfig, SegmentMap, Rng)}.
   */
  public AvDiT(AvDiTConfig config, Rng rng) {
    this(config, causal(config), rng);
  }

  /**
   * A network with fresh weights: the same {@code rng} state gives the same weights.
   *
   * @param time how the latents of the clips lie in time, from which the learned positions start
   */
  public AvDiT(AvDiTConfig config, SegmentMap time, Rng rng) {
    super(TYPE);
    this.config = config;
    segments = config.segments();
    int inputs = config.selfConditioning() ? 2 : 1;
    int width = config.width();
    AvDiTConfig.Video video = config.video();
    AvDiTConfig.Audio audio = config.audio();
    videoEmbedder =
        register_module(
            "video_embedder",
            new PatchEmbedding(video.patch(), inputs * video.channels(), width, rng));
    audioEmbedder =
        register_module(
            "audio_embedder", Linear.xavier((long) inputs * audio.patchSize(), width, rng));
    positions =
        register_module(
            "pos_embed",
            LearnedPosition.startingAt(
                (long) video.frames() * video.tokensPerFrame() + audio.tokens(),
                width,
                () -> AvDiTPositions.of(config, time),
                rng));
    int half = config.conditionSinusoids() / 2;
    sinusoid = new Sinusoid(half);
    times =
        register_module(
            "time_embed",
            LearnedPosition.startingAt(
                (long) video.frames() + audio.tokens(),
                half,
                () ->
                    cat(
                        new TensorVector(
                            SinCosPosition.line(video.frames(), half),
                            SinCosPosition.line(audio.tokens(), half)),
                        0),
                rng));
    timestepEmbedder =
        register_module(
            "t_embedder",
            new TimestepEmbedding(
                config.conditionSinusoids(), config.conditionHidden(), width, rng));
    ModuleListImpl list = register_module("blocks", new ModuleListImpl());
    blocks = new AvDiTBlock[config.depth()];
    for (int i = 0; i < blocks.length; i++) {
      blocks[i] = new AvDiTBlock(config, rng);
      list.push_back(blocks[i]);
    }
    last = register_module("final_layer", new Module("FinalLayer"));
    finalModulation = last.register_module("adaLN_modulation", new Modulation(width, 2, rng));
    videoHead = last.register_module("video", Linear.zero(width, video.patchSize(), rng));
    audioHead = last.register_module("audio", Linear.zero(width, audio.patchSize(), rng));
  }

  private static SegmentMap causal(AvDiTConfig config) {
    int frames = config.video().frames();
    int sounds = config.audio().length();
    double duration = 1 + (frames - 1.0) * PAPER_FRAMES_PER_LATENT;
    return SegmentMap.of(frames, 1, PAPER_FRAMES_PER_LATENT, 1, sounds, duration / sounds);
  }

  /** The size and form of this network. */
  public AvDiTConfig config() {
    return config;
  }

  /**
   * Predicts the noise.
   *
   * @param noisy video (B, T, H, W, C) and audio (B, L, C) in the sizes of the configuration
   * @param levels int64 (B, T) and (B, L); 0 is clean and embedded as 0
   * @param conditions only self-conditioning is used; zeros take its place when it is absent
   */
  @Override
  public Prediction predict(Latents noisy, NoiseLevels levels, Conditions conditions) {
    requireShapes(noisy);
    try (TensorScope scope = TensorScope.open()) {
      Tensor condition = silu(condition(levels));
      Tensor x = tokens(noisy, conditions);
      for (AvDiTBlock block : blocks) {
        x = block.forward(x, condition);
      }
      TensorVector m = finalModulation.ofActivated(condition);
      Tensor[] parts = segments.modulateGroups(AdaLayerNorm.normalise(x), m.get(0), m.get(1));
      Tensor video =
          PatchEmbedding.join(
              videoHead.forward(parts[0]), config.video().patch(), noisy.video().shape());
      Tensor audio = joinAudio(audioHead.forward(parts[1]));
      return Prediction.ofNoise(Latents.of(scope.keep(video), scope.keep(audio)));
    }
  }

  /** The conditions c, (B, segments, D): T rows for the frames and one per sound token. */
  Tensor condition(NoiseLevels levels) {
    Tensor video = levels.get(Modality.VIDEO);
    Tensor audio = levels.get(Modality.AUDIO);
    Tensors.requireShape("video noise levels", video, -1, config.video().frames());
    Tensors.requireShape("audio noise levels", audio, video.size(0), config.audio().length());
    // (B, segments, width / 2)
    Tensor sinusoids = TimestepSinusoids.of(video, audio, config.audio(), sinusoid);
    Tensor encodings = times.weight().expand(sinusoids.size(0), -1, -1);
    return timestepEmbedder.ofSinusoids(cat(new TensorVector(sinusoids, encodings), -1));
  }

  private Tensor tokens(Latents noisy, Conditions conditions) {
    Tensor video = noisy.video();
    Tensor audio = noisy.audio();
    if (config.selfConditioning()) {
      Latents estimate =
          conditions.selfConditioning().orElseGet(() -> noisy.map(t -> zeros_like(t)));
      requireShapes(estimate);
      video = cat(new TensorVector(video, estimate.video()), -1);
      audio = cat(new TensorVector(audio, estimate.audio()), -1);
    }
    Tensor videoTokens = videoEmbedder.forward(video);
    Tensor audioTokens = audioEmbedder.forward(splitAudio(audio));
    return cat(new TensorVector(videoTokens, audioTokens), 1).add(positions.weight());
  }

  private Tensor splitAudio(Tensor audio) {
    int patch = config.audio().patch();
    if (patch == 1) {
      return audio;
    }
    long missing = (long) config.audio().tokens() * patch - config.audio().length();
    return constant_pad_nd(audio, 0, 0, 0, missing).unflatten(1, -1, patch).flatten(2, -1);
  }

  private Tensor joinAudio(Tensor tokens) {
    AvDiTConfig.Audio audio = config.audio();
    if (audio.patch() == 1) {
      return tokens;
    }
    return tokens.reshape(tokens.size(0), -1, audio.channels()).narrow(1, 0, audio.length());
  }

  private void requireShapes(Latents latents) {
    AvDiTConfig.Video video = config.video();
    Tensors.requireShape(
        "video latent",
        latents.video(),
        -1,
        video.frames(),
        video.height(),
        video.width(),
        video.channels());
    Tensors.requireShape(
        "audio latent",
        latents.audio(),
        latents.video().size(0),
        config.audio().length(),
        config.audio().channels());
  }
}
