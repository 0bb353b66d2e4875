package kinetone.system.uniform;

import java.util.List;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.GivenGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.model.uniform.UniForm;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.CrossfadedWindows;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Sampling;
import kinetone.pipeline.TimedPrompts;
import kinetone.pipeline.WindowedSound;
import kinetone.system.joint.JointModel;
import kinetone.tensor.Tensors;
import kinetone.text.EncodedText;
import kinetone.text.TextEncoder;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;

/**
 * The parts of a UniForm model at work: what is given stays clean, the rest is denoised, guided
 * towards the prompt and away from the negative one, and if wanted towards what is given.
 */
public final class UniFormModel extends JointModel {
  /** The stream of what decoding draws. */
  private static final int DECODING_STREAM = 1;

  private static final int STREAMS = 2;

  private final UniForm network;
  private final TextEncoder text;

  /** A model of these parts, which fit each other; it owns the encoder, too. */
  public UniFormModel(JointModel.Parts<UniForm> parts, TextEncoder text) {
    super(parts);
    network = parts.network();
    this.text = text;
  }

  @Override
  public DiffusionConfig diffusion() {
    return network.config().diffusion();
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
    OptionValues asked = request.options();
    boolean timed = !options.get(CommonOptions.PROMPTS).ranges().isEmpty();
    boolean words = timed || !options.get(CommonOptions.PROMPT).isBlank();
    boolean unlike = !options.get(CommonOptions.NEGATIVE_PROMPT).isBlank();
    double scale = asked.find(CommonOptions.GUIDANCE_SCALE).orElse(1.0);
    Check.that(
        scale <= 1 || words || unlike,
        "guidance_scale %s guides towards a prompt, and there is none; leave it out or give a prompt",
        scale);
    Check.that(
        !unlike || options.get(CommonOptions.GUIDANCE_SCALE) > 1,
        "a negative_prompt is heard through guidance; give a guidance_scale above 1");
    Check.that(
        !timed || request.task() instanceof Task.VideoToAudio,
        "prompts say what happens when in a video that gets sound (task v2a); give one prompt for a"
            + " clip");
    double given = asked.find(UniFormOptions.GIVEN_GUIDANCE_SCALE).orElse(1.0);
    Check.that(
        given == 1 || !(request.task() instanceof Task.Joint),
        "given_guidance_scale %s guides towards what is given, and task joint gives nothing",
        given);
  }

  @Override
  public Sampling sampling(
      Task task, OptionValues options, TaskMask mask, Latents given, NoiseStreams streams) {
    NoiseSchedule schedule = diffusion().noiseSchedule();
    Denoiser plain = noisePredictor(denoiser(), schedule);
    Denoiser seeing =
        mask.hasCondition()
            ? new GivenGuidance(plain, options.get(UniFormOptions.GIVEN_GUIDANCE_SCALE))
            : plain;
    return new Sampling(told(seeing, schedule, options), sampler(options, schedule));
  }

  /** {@code seeing} with the words of the request. */
  private Denoiser told(Denoiser seeing, NoiseSchedule schedule, OptionValues options) {
    String prompt = prompt(options, 0, format().audioSeconds());
    String negative = options.get(CommonOptions.NEGATIVE_PROMPT);
    if (prompt.isBlank() && negative.isBlank()) {
      return seeing;
    }
    Conditions towards = prompt.isBlank() ? Conditions.NONE : words(prompt);
    Denoiser guided =
        new ClassifierFreeGuidance(
            seeing,
            schedule,
            new GuidanceScale.Constant(Math.max(1, options.get(CommonOptions.GUIDANCE_SCALE))),
            negative.isBlank() ? towards.withKeep(nobody()) : words(negative),
            ClassifierFreeGuidance.ALL_CHANNELS);
    return (noisy, levels, conditions) -> guided.predict(noisy, levels, towards);
  }

  /** The words of a stretch of the video, in seconds. */
  private static String prompt(OptionValues options, double from, double to) {
    return options
        .get(CommonOptions.PROMPTS)
        .during(from, to)
        .orElse(options.get(CommonOptions.PROMPT));
  }

  /** Each window hears the prompt of its own time. */
  @Override
  public WindowedSound windows(DiffusionPipeline pipeline, GenerateRequest request) {
    OptionValues options = pipeline.options(request);
    return CrossfadedWindows.of(
        pipeline,
        stretch ->
            request.withOptions(
                request
                    .options()
                    .with(CommonOptions.PROMPTS, TimedPrompts.NONE)
                    .with(CommonOptions.PROMPT, prompt(options, stretch.from(), stretch.to()))));
  }

  private Conditions words(String prompt) {
    EncodedText encoded = text.encode(List.of(prompt));
    return Conditions.NONE.withText(new Conditions.Text(encoded.embedding(), encoded.mask()));
  }

  /** "No text" in as many tokens as the prompt has, as in Open-Sora. */
  private Tensor nobody() {
    return Tensors.of(new long[] {0}, 1).to(device(), ScalarType.Bool);
  }

  @Override
  public void close() {
    text.close();
    super.close();
  }
}
