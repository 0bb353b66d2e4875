package kinetone.model.uniform;

import java.util.Optional;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseLevels;
import kinetone.model.CheckpointableDenoiser;
import kinetone.model.stdit.StDit3;
import kinetone.nn.Init;
import kinetone.tensor.DeviceConstant;
import kinetone.tensor.GradientCheckpoints;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * UniForm: one transformer for picture and sound, which are columns of one latent, with a column
 * that says the task (Zhao et al. 2025, section 3.2, figure 2).
 *
 * <pre>
 *   z = [picture (B, T, H, W, C) | sound (B, T, H, k, C) | task (B, T, H, 1, C)]
 *   [ε̂; v] = STDiT3(z, t, caption)      at the columns of picture and sound
 * </pre>
 *
 * <p>A modality whose noise levels are all 0 is given: its tokens are told timestep 0, as
 * Open-Sora's frames that are conditions, and the task is that of generating the other one. Where
 * the paper is silent (the reshaping, the task's column, the noise level of what is given) see
 * {@code docs/traps.md}. Modules are made outside of tensor scopes and on the CPU.
 */
public final class UniForm extends Module implements CheckpointableDenoiser {
  /** The name of the kind of component, in folders of weights. */
  public static final String TYPE = "UniForm";

  /** What stands before the names of the transformer's tensors. */
  public static final String TRUNK_PREFIX = "stdit.";

  // Rows of the embedding. Row 0: text to audio and video.
  private static final long AUDIO_TO_VIDEO = 1;
  private static final long VIDEO_TO_AUDIO = 2;
  private static final int TASKS = 3;

  private static final long[] TIME = {1};

  private final UniFormConfig config;
  private final StDit3 trunk;
  private final Tensor tasks;
  private final JointColumns columns;
  private final DeviceConstant positions;
  private final DeviceConstant frameRate;
  private final DeviceConstant soundColumns;

  /** Held, because libtorch calls it back and the collector must not take it before. */
  private final Module taskEmbedder;

  /** A network with fresh weights: the same {@code rng} state gives the same weights. */
  public UniForm(UniFormConfig config, Rng rng) {
    super(TYPE);
    this.config = config;
    trunk = register_module("stdit", new StDit3(config.trunk(), rng));
    taskEmbedder = register_module("task_embedder", new Module("Embedding"));
    long[] task = {TASKS, (long) config.video().height() * config.video().channels()};
    tasks = Init.weight(rng, task);
    // As the latents beside it, which are standardised.
    Init.normal(tasks, 1, rng);
    taskEmbedder.register_parameter("weight", tasks);
    columns = new JointColumns(config);
    int patch = config.patch();
    int wide = config.columns() / patch;
    positions =
        StDit3.positions(
            config.video().height() / patch, wide, config.width(), config.positionScale());
    frameRate = DeviceConstant.of(new float[] {(float) config.framesPerSecond()});
    long[] beside = new long[wide];
    for (int i = 0; i < wide; i++) {
      beside[i] = i < wide - JointColumns.besidePatches(config) ? 0 : 1;
    }
    soundColumns = new DeviceConstant(() -> Tensors.of(beside, 1, 1, 1, wide, 1));
  }

  /** The size and form of this network. */
  public UniFormConfig config() {
    return config;
  }

  /** The transformer. */
  public StDit3 trunk() {
    return trunk;
  }

  /**
   * Predicts noise and, if the network learned one, variance.
   *
   * @param noisy video (B, T, H, W, C) and audio (B, L, ...) in the sizes of the configuration
   * @param levels (B, T) and (B, L): one timestep per example, or 0 throughout a modality that is
   *     given. Of levels that differ within a modality the highest counts
   * @param conditions text, or none; {@code keep} drops it by example
   */
  @Override
  public Prediction predict(
      Latents noisy,
      NoiseLevels levels,
      Conditions conditions,
      Optional<GradientCheckpoints> checkpoints) {
    requireShapes(noisy);
    try (TensorScope scope = TensorScope.open()) {
      Tensor video = highest(levels, Modality.VIDEO);
      Tensor audio = highest(levels, Modality.AUDIO);
      Tensor joint = columns.join(noisy.video(), noisy.audio(), task(video, audio));
      Tensor out = trunk.forward(joint, inputs(joint, video, audio, conditions), checkpoints);
      long channels = config.video().channels();
      return new Prediction(
          split(scope, out.narrow(-1, 0, channels)),
          config.trunk().variance()
              ? Optional.of(split(scope, out.narrow(-1, channels, channels)))
              : Optional.empty());
    }
  }

  /** The highest level of each example, float32 (B). */
  private static Tensor highest(NoiseLevels levels, Modality modality) {
    return levels.get(modality).to(ScalarType.Float).amax(TIME, false);
  }

  private static Tensor given(Tensor highest) {
    return highest.eq(new Scalar(0.0));
  }

  /** What the task's column holds, (B, H, C). */
  private Tensor task(Tensor video, Tensor audio) {
    Tensor number =
        given(audio)
            .to(ScalarType.Long)
            .mul(new Scalar(AUDIO_TO_VIDEO))
            .add(given(video).to(ScalarType.Long).mul(new Scalar(VIDEO_TO_AUDIO)))
            .clamp_max(new Scalar(VIDEO_TO_AUDIO));
    return torch
        .embedding(tasks, number)
        .unflatten(1, config.video().height(), config.video().channels());
  }

  private StDit3.Inputs inputs(Tensor joint, Tensor video, Tensor audio, Conditions conditions) {
    // DiT's numbering of timesteps begins with 0.
    Tensor timesteps = video.maximum(audio).sub(Tensors.ONE).clamp_min(new Scalar(0.0));
    Tensor beside = soundColumns.on(joint.device(), ScalarType.Bool);
    Tensor noisy = shaped(given(audio)).where(beside, shaped(given(video))).logical_not();
    return new StDit3.Inputs(
        timesteps,
        frameRate.on(joint.device(), ScalarType.Float),
        Optional.of(noisy),
        conditions.text(),
        conditions.keep(),
        positions);
  }

  /** (B) to (B, 1, 1, 1, 1). */
  private static Tensor shaped(Tensor flags) {
    return flags.view(-1, 1, 1, 1, 1);
  }

  private Latents split(TensorScope scope, Tensor joint) {
    return Latents.of(scope.keep(columns.video(joint)), scope.keep(columns.audio(joint)));
  }

  private void requireShapes(Latents latents) {
    UniFormConfig.Video video = config.video();
    UniFormConfig.Audio audio = config.audio();
    Tensors.requireShape(
        "video latent",
        latents.video(),
        -1,
        video.frames(),
        video.height(),
        video.width(),
        video.channels());
    long batch = latents.video().size(0);
    if (audio.frequencies() == null) {
      Tensors.requireShape(
          "audio latent", latents.audio(), batch, audio.length(), audio.channels());
    } else {
      Tensors.requireShape(
          "audio latent",
          latents.audio(),
          batch,
          audio.length(),
          audio.frequencies(),
          audio.channels());
    }
  }
}
