package kinetone.system.monl;

import java.util.Locale;
import java.util.Optional;
import kinetone.common.Check;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.JointGuidance;
import kinetone.diffusion.guidance.NoisedConditionGuidance;
import kinetone.diffusion.guidance.ReconstructionGuidance;
import kinetone.diffusion.guidance.Replacement;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.sampler.StepwiseSampler;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.model.monl.AvDiT;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Sampling;
import kinetone.pipeline.WindowedSound;
import kinetone.system.joint.JointModel;

/**
 * The parts of a MoNL model at work: what is given is held at noise level 0, the rest is denoised,
 * and guidance hides what is given in noise. The paper's guidance scale s is one less than {@link
 * CommonOptions#GUIDANCE_SCALE}: ε = (1 + s) ε_cond − s ε_uncond.
 */
public final class MonlModel extends JointModel {
  /** The stream of the noise that stands in for a dropped condition. */
  private static final int GUIDANCE_STREAM = 1;

  /** The stream of the noise in which baselines hide the condition. */
  private static final int CONDITION_STREAM = 2;

  private static final int STREAMS = 3;

  private final AvDiT network;

  /** A model of these parts, which fit each other. */
  public MonlModel(JointModel.Parts<AvDiT> parts) {
    super(parts);
    network = parts.network();
  }

  @Override
  public DiffusionConfig diffusion() {
    return network.config().diffusion();
  }

  @Override
  public int streams() {
    return STREAMS;
  }

  /** That of the baselines' noise, which is spent when decoding begins. */
  @Override
  public int decodingStream() {
    return CONDITION_STREAM;
  }

  @Override
  public Sampling sampling(
      Task task, OptionValues options, TaskMask mask, Latents given, NoiseStreams streams) {
    NoiseSchedule schedule = diffusion().noiseSchedule();
    Denoiser noise = noisePredictor(denoiser(), schedule);
    return switch (options.get(MonlOptions.CONDITIONING)) {
      case CONDITION ->
          new Sampling(
              guided(noise, schedule, options, mask, streams),
              sampler(options, schedule),
              selfConditioning(options));
      case REPLACEMENT ->
          new Sampling(
              new Replacement(noise, schedule, streams.noise(CONDITION_STREAM).like(given)),
              sampler(options, schedule),
              selfConditioning(options));
      case RECONSTRUCTION ->
          new Sampling(
              noise, reconstruction(options, schedule, streams), selfConditioning(options));
    };
  }

  private Denoiser guided(
      Denoiser noise,
      NoiseSchedule schedule,
      OptionValues options,
      TaskMask mask,
      NoiseStreams streams) {
    double scale = Math.max(0, options.get(CommonOptions.GUIDANCE_SCALE) - 1);
    SeededNoise substitute = streams.noise(GUIDANCE_STREAM);
    return mask.hasCondition()
        ? new NoisedConditionGuidance(noise, schedule, scale, substitute)
        : new JointGuidance(noise, schedule, scale, substitute);
  }

  private Sampler reconstruction(
      OptionValues options, NoiseSchedule schedule, NoiseStreams streams) {
    return new ReconstructionGuidance(
        stepwise(options, schedule),
        options.get(MonlOptions.RECONSTRUCTION_FORM),
        options.get(MonlOptions.RECONSTRUCTION_WEIGHT),
        streams.noise(CONDITION_STREAM));
  }

  private StepwiseSampler stepwise(OptionValues options, NoiseSchedule schedule) {
    return options
        .get(CommonOptions.SAMPLER)
        .stepwise(
            schedule,
            options.get(CommonOptions.NUM_INFERENCE_STEPS),
            options.get(CommonOptions.VARIANCE).or(diffusion().variance()));
  }

  private SelfConditioning selfConditioning(OptionValues options) {
    return network.config().selfConditioning()
        ? new SelfConditioning(1, options.get(MonlOptions.ESTIMATE_LIMIT))
        : SelfConditioning.NONE;
  }

  @Override
  public void check(GenerateRequest request, OptionValues options) {
    Conditioning conditioning = options.get(MonlOptions.CONDITIONING);
    String name = conditioning.name().toLowerCase(Locale.ROOT);
    OptionValues asked = request.options();
    Check.that(
        conditioning == Conditioning.RECONSTRUCTION
            || (asked.find(MonlOptions.RECONSTRUCTION_WEIGHT).isEmpty()
                && asked.find(MonlOptions.RECONSTRUCTION_FORM).isEmpty()),
        "reconstruction_weight and reconstruction_form need conditioning reconstruction, not %s",
        name);
    if (conditioning != Conditioning.CONDITION) {
      Check.that(
          !(request.task() instanceof Task.Joint),
          "task joint gives nothing, so conditioning %s does not apply; choose another task",
          name);
      double scale = asked.find(CommonOptions.GUIDANCE_SCALE).orElse(1.0);
      Check.that(scale <= 1, "guidance_scale %s needs conditioning condition, not %s", scale, name);
    }
    if (conditioning == Conditioning.RECONSTRUCTION) {
      // Says that DPM-Solver++ cannot before anything is read.
      stepwise(options, diffusion().noiseSchedule());
    }
  }

  /** Windows that continue each other where the geometry allows, crossfaded ones otherwise. */
  @Override
  public WindowedSound windows(DiffusionPipeline pipeline, GenerateRequest request) {
    Optional<Continuation> step = Continuation.of(geometry());
    if (step.isEmpty()) {
      return super.windows(pipeline, request);
    }
    return audioCodec().codec().stream()
        .<WindowedSound>map(
            stream -> new MonlSoundtrack(pipeline, this, step.get(), request, stream))
        .orElseGet(() -> super.windows(pipeline, request));
  }
}
