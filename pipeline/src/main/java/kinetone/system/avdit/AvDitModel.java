package kinetone.system.avdit;

import java.util.OptionalInt;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.sampler.Cascade;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.model.avdit.AdapterAvDiT;
import kinetone.model.dit.DiTConfig;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Sampling;
import kinetone.system.joint.JointModel;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Tensor;

/**
 * The parts of an AV-DiT model at work: picture and sound are denoised together from noise, guided
 * towards a class of the base where one is wanted.
 */
public final class AvDitModel extends JointModel {
  /** The stream of what decoding draws. */
  private static final int DECODING_STREAM = 1;

  /** The stream that draws a class where any will do. */
  private static final int LABEL_STREAM = 2;

  private static final int STREAMS = 3;

  private final AdapterAvDiT network;

  /** A model of these parts, which fit each other. */
  public AvDitModel(JointModel.Parts<AdapterAvDiT> parts) {
    super(parts);
    network = parts.network();
  }

  @Override
  public DiffusionConfig diffusion() {
    return network.config().base().diffusion();
  }

  @Override
  public int streams() {
    return STREAMS;
  }

  @Override
  public int decodingStream() {
    return DECODING_STREAM;
  }

  @Override
  public void check(GenerateRequest request, OptionValues options) {
    ClassLabel label = label(request.task(), options);
    double asked = request.options().find(CommonOptions.GUIDANCE_SCALE).orElse(1.0);
    Check.that(
        label.choice() != ClassLabel.Choice.NONE || asked <= 1,
        "guidance_scale %s guides towards a class, and there is none; leave it out or give a"
            + " class_label",
        asked);
    int again = request.options().find(AvDitOptions.NUM_SOUND_STEPS).orElse(0);
    Check.that(
        again == 0 || request.task() instanceof Task.Joint,
        "num_sound_steps %d makes sound once more in clips that are made whole (task joint); leave it"
            + " out",
        again);
  }

  /** What is given has a class already, which nobody but the user can name. */
  private ClassLabel label(Task task, OptionValues options) {
    String asked = options.get(AvDitOptions.CLASS_LABEL);
    DiTConfig base = network.config().base();
    return asked.isEmpty() && !(task instanceof Task.Joint)
        ? ClassLabel.NOBODYS
        : ClassLabel.read(asked, base);
  }

  @Override
  public Sampling sampling(
      Task task, OptionValues options, TaskMask mask, Latents given, NoiseStreams streams) {
    NoiseSchedule schedule = diffusion().noiseSchedule();
    Denoiser plain = noisePredictor(denoiser(), schedule);
    DiTConfig base = network.config().base();
    OptionalInt chosen =
        label(task, options).of(base, () -> streams.rng(LABEL_STREAM).nextDouble());
    Denoiser guided =
        chosen.isEmpty() ? plain : towards(chosen.getAsInt(), plain, options, schedule);
    return new Sampling(guided, sampler(task, options, schedule));
  }

  private Sampler sampler(Task task, OptionValues options, NoiseSchedule schedule) {
    Sampler whole = sampler(options, schedule);
    int again = options.get(AvDitOptions.NUM_SOUND_STEPS);
    return again == 0 || !(task instanceof Task.Joint)
        ? whole
        : new Cascade(
            whole,
            sampler(options.with(CommonOptions.NUM_INFERENCE_STEPS, again), schedule),
            Modality.AUDIO,
            options.get(CommonOptions.NUM_INFERENCE_STEPS),
            again);
  }

  private Denoiser towards(
      int label, Denoiser plain, OptionValues options, NoiseSchedule schedule) {
    Tensor number = Tensors.of(new long[] {label}, 1);
    Tensor labels = number.to(device(), number.scalar_type());
    Denoiser guided =
        new ClassifierFreeGuidance(
            plain,
            schedule,
            new GuidanceScale.Constant(Math.max(1, options.get(CommonOptions.GUIDANCE_SCALE))),
            Conditions.NONE,
            ClassifierFreeGuidance.ALL_CHANNELS);
    return (noisy, levels, conditions) ->
        guided.predict(noisy, levels, conditions.withLabels(labels));
  }
}
