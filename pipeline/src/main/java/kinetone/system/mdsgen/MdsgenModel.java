package kinetone.system.mdsgen;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kinetone.codec.AudioCodec;
import kinetone.codec.LatentCodec;
import kinetone.common.Check;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.ClassifierGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.process.DiffusionConfig;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.cavp.Cavp;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionModel;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Given;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Sampling;
import kinetone.signal.ClipTensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Module;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;

/**
 * The parts of an MDSGen model at work: picture features are conditions, the latent of the sound's
 * spectrogram is denoised. The guidance scale is that of the paper and of diffusers: 1, like 0,
 * means no guidance.
 */
public final class MdsgenModel implements DiffusionModel {
  /** The stream of the first phases of a sound without a vocoder. */
  private static final int PHASE_STREAM = 1;

  private static final int STREAMS = 2;

  private final Mdsgen network;
  private final Denoiser denoiser;
  private final LatentCodec<AudioCodec> codec;
  private final Cavp features;
  private final Optional<AlignmentClassifier> classifier;
  private final Device device;

  /**
   * A model of these parts, which fit each other; it owns them and moves them to {@code device}.
   *
   * @param denoiser {@code network} with what is around it, such as another precision
   * @param classifier for guidance
   */
  MdsgenModel(
      Mdsgen network,
      Denoiser denoiser,
      LatentCodec<AudioCodec> codec,
      Cavp features,
      Optional<AlignmentClassifier> classifier,
      Device device) {
    this.network = network;
    this.denoiser = denoiser;
    this.codec = codec;
    this.features = features;
    this.classifier = classifier;
    this.device = device;
    codec.codec().ready(device);
    ready(network);
    ready(features);
    classifier.ifPresent(this::ready);
  }

  private void ready(Module module) {
    module.to(device, false);
    module.eval();
  }

  @Override
  public Device device() {
    return device;
  }

  @Override
  public Map<Modality, LatentCodec<?>> codecs() {
    return Map.of(Modality.AUDIO, codec);
  }

  @Override
  public Map<Modality, long[]> shapes() {
    MdsgenConfig.Latent latent = network.config().latent();
    return Map.of(
        Modality.AUDIO, new long[] {1, latent.length(), latent.frequencies(), latent.channels()});
  }

  @Override
  public Set<Modality> observed() {
    return Set.of(Modality.VIDEO);
  }

  @Override
  public TaskMask mask(Task task) {
    return TaskMask.all(Map.of(Modality.AUDIO, network.config().latent().length()));
  }

  @Override
  public Conditions conditions(Given given, OptionValues options) {
    Tensor frames = pictures(given.video().orElseThrow());
    Tensor seen =
        given
            .context()
            .map(following -> torch.cat(new TensorVector(frames, pictures(following)), 1))
            .orElse(frames);
    // The network looks to both sides in time, so the last features change with what follows.
    return Conditions.NONE.withFeatures(
        features.encodeVideo(seen).narrow(1, 0, network.config().features().frames()));
  }

  private Tensor pictures(Video video) {
    Tensor frames = ClipTensors.unitVideo(List.of(Clip.of(video)));
    return frames.to(device, frames.scalar_type());
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
    return PHASE_STREAM;
  }

  @Override
  public void check(GenerateRequest request, OptionValues options) {
    Check.that(
        classifier.isPresent() || options.get(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE) == 0,
        "classifier_guidance_scale needs an alignment classifier, which this model does not have"
            + " (part align)");
    Check.that(
        options.get(CommonOptions.GUIDANCE_SCALE) > 1
            || request.options().find(MdsgenOptions.GUIDANCE_POWER).isEmpty(),
        "guidance_power shapes guidance and needs a guidance_scale above 1, not %s",
        options.get(CommonOptions.GUIDANCE_SCALE));
  }

  @Override
  public Sampling sampling(
      Task task, OptionValues options, TaskMask mask, Latents given, NoiseStreams streams) {
    NoiseSchedule schedule = diffusion().noiseSchedule();
    return new Sampling(guided(options, schedule), sampler(options, schedule));
  }

  private Denoiser guided(OptionValues options, NoiseSchedule schedule) {
    double scale = Math.max(1, options.get(CommonOptions.GUIDANCE_SCALE));
    GuidanceScale weight =
        scale == 1
            ? new GuidanceScale.Constant(1)
            : new GuidanceScale.PowerCosine(scale, options.get(MdsgenOptions.GUIDANCE_POWER));
    Denoiser free =
        new ClassifierFreeGuidance(
            noisePredictor(denoiser, schedule),
            schedule,
            weight,
            Conditions.NONE,
            ClassifierFreeGuidance.ALL_CHANNELS);
    double classifierScale = options.get(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE);
    return classifierScale == 0
        ? free
        : new ClassifierGuidance(
            free, schedule, classifierScale, new AlignmentLikelihood(classifier.orElseThrow()));
  }

  @Override
  public void close() {
    network.close();
    features.close();
    classifier.ifPresent(AlignmentClassifier::close);
    codec.close();
  }
}
