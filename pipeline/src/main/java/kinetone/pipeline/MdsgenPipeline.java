package kinetone.pipeline;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.data.ClipTensors;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.ClassifierFreeGuidance;
import kinetone.diffusion.guidance.ClassifierGuidance;
import kinetone.diffusion.guidance.GuidanceScale;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.feature.align.AlignmentConfig;
import kinetone.feature.align.AlignmentFolder;
import kinetone.feature.cavp.Cavp;
import kinetone.feature.cavp.CavpFolder;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.SoundSink;
import kinetone.media.Video;
import kinetone.model.mdsgen.Mdsgen;
import kinetone.model.mdsgen.MdsgenConfig;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Sound for pictures with MDSGen (Pham, Ton, Yoo 2025): picture features, a masked diffusion
 * transformer over the latent of a spectrogram, its decoder and a vocoder. Of the predicted noise
 * and variance only the noise is used, as in the released code. {@code guidance_scale} is that of
 * the paper and of diffusers: 1, like 0, means no guidance.
 */
final class MdsgenPipeline implements Pipeline {
  static final String SYSTEM = "mdsgen";

  /** "Dynamic" guidance in name only: MDT's curve with the released code's power. */
  private static final double GUIDANCE_POWER = 0.01;

  /** The stream of the first phases of a sound without a vocoder. */
  private static final long PHASE_STREAM = 1;

  /** Streams of noise that one window needs. */
  private static final long STREAMS = 2;

  private final ModelIndex index;
  private final Device device;
  private final Precision precision;
  private final Mdsgen denoiser;
  private final Cavp features;
  private final MelVoice voice;
  private final Optional<AlignmentClassifier> classifier;
  private final NoiseSchedule schedule = new LinearBetaSchedule();

  MdsgenPipeline(Path folder, ModelIndex index, Device device, Precision precision) {
    this.index = index;
    this.device = device;
    this.precision = precision;
    Check.that(index.spectrogram() != null, "%s: model_index.json has no 'spectrogram'", folder);
    MdsgenConfig config =
        ComponentFolder.config(folder.resolve(ModelIndex.DENOISER), MdsgenConfig.class);
    try (Rng rng = Rng.none()) {
      denoiser = new Mdsgen(config, rng);
    }
    ComponentFolder.load(folder.resolve(ModelIndex.DENOISER), denoiser);
    features = CavpFolder.load(folder.resolve(ModelIndex.CAVP));
    classifier = classifier(folder.resolve(ModelIndex.ALIGN));
    voice = new MelVoice(folder, index.spectrogram(), device);
    denoiser.to(device, false);
    denoiser.eval();
    features.to(device, false);
    features.eval();
    classifier.ifPresent(
        c -> {
          c.to(device, false);
          c.eval();
        });
    requireFit(folder, config);
  }

  private static Optional<AlignmentClassifier> classifier(Path folder) {
    return Files.isDirectory(folder) ? Optional.of(AlignmentFolder.load(folder)) : Optional.empty();
  }

  private void requireFit(Path folder, MdsgenConfig config) {
    ClipFormat format = index.format();
    Check.that(
        voice.channels() == config.latent().channels(),
        "%s: the codec has %d latent channels, the denoiser %d; the parts are from different"
            + " models",
        folder,
        voice.channels(),
        config.latent().channels());
    int bands = config.latent().frequencies() * voice.factor();
    Check.that(
        index.spectrogram().frontEnd().bands() == bands,
        "%s: the latents stand for %d bands, the spectrograms have %d; the parts are from different"
            + " models",
        folder,
        bands,
        index.spectrogram().frontEnd().bands());
    Check.that(
        features.config().width() == config.features().width()
            && format.frames() == config.features().frames()
            && features.config().size() == format.width()
            && features.config().size() == format.height()
            && features.config().framesPerSecond() == format.framesPerSecond(),
        "%s: the denoiser wants %d features for each of %d frames, the features are %d for each"
            + " of %d frames of %dx%d at %s Hz; the parts are from different models",
        folder,
        config.features().width(),
        config.features().frames(),
        features.config().width(),
        format.frames(),
        features.config().size(),
        features.config().size(),
        features.config().framesPerSecond());
    Check.that(
        index.spectrogram().frontEnd().sampleRate() == format.sampleRate(),
        "%s: the spectrograms are of sound at %d Hz, the clips have %d Hz",
        folder,
        index.spectrogram().frontEnd().sampleRate(),
        format.sampleRate());
    classifier.ifPresent(c -> requireFit(folder, config, c.config()));
    Check.that(
        classifier.isPresent() || index.defaults().classifierGuidanceScale() == 0,
        "%s: model_index.json asks for guidance by an alignment classifier, but there is none (folder"
            + " %s)",
        folder,
        ModelIndex.ALIGN);
  }

  private static void requireFit(Path folder, MdsgenConfig config, AlignmentConfig alignment) {
    Check.that(
        alignment.latentChannels() == config.latent().channels()
            && alignment.features() == config.features().width()
            && alignment.frames() >= config.features().frames(),
        "%s: the alignment classifier is for latents of %d channels and %d features of up to %d"
            + " frames, the denoiser has %d channels and %d features of %d frames; the parts are"
            + " from different models",
        folder,
        alignment.latentChannels(),
        alignment.features(),
        alignment.frames(),
        config.latent().channels(),
        config.features().width(),
        config.features().frames());
  }

  @Override
  public ModelIndex index() {
    return index;
  }

  @Override
  public boolean supports(Task task) {
    return task instanceof Task.VideoToAudio;
  }

  @Override
  public GenerateResult generate(
      GenerateRequest request, ProgressListener listener, Cancellation cancellation) {
    long start = System.nanoTime();
    requireKnown(request);
    InputReader reader = new InputReader(index.format());
    Video pictures = reader.video(request.video().orElseThrow());
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latents = sample(request, pictures, 0, listener, cancellation);
      Audio sound = decode(latents, request, 0, listener);
      Video original = reader.originalVideo(request.video().orElseThrow());
      return new GenerateResult(
          Clip.of(original, sound),
          Clip.of(pictures, sound),
          mask(),
          Map.of(),
          Map.of(Modality.AUDIO, Tensors.toFloats(latents)),
          request.seed(),
          (System.nanoTime() - start) / 1e9);
    }
  }

  @Override
  public SoundtrackResult soundtrack(
      GenerateRequest request,
      SoundSink sink,
      SoundtrackListener listener,
      Cancellation cancellation) {
    requireKnown(request);
    WindowGrid grid = WindowGrid.overlapping(index.format());
    try (WindowedSound sound =
        new CrossfadedWindows(grid, (p, w, l, c) -> window(request, p, w, l, c))) {
      return SoundtrackRunner.run(request, sound, sink, listener, cancellation);
    }
  }

  private float[] window(
      GenerateRequest request,
      Video pictures,
      long window,
      ProgressListener listener,
      Cancellation cancellation) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor latents = sample(request, pictures, window, listener, cancellation);
      return decode(latents, request, window, listener).samples()[0];
    }
  }

  private void requireKnown(GenerateRequest request) {
    Check.that(
        supports(request.task()),
        "this model (%s) makes sound for videos only; use --task v2a or another model",
        SYSTEM);
    Check.that(
        request.conditioning() == Conditioning.CONDITION,
        "this model (%s) is told of the picture by features; conditioning %s does not apply",
        SYSTEM,
        request.conditioning());
    Check.that(
        classifier.isPresent() || classifierScale(request) == 0,
        "classifier_guidance_scale needs an alignment classifier, which this model does not have"
            + " (folder %s)",
        ModelIndex.ALIGN);
  }

  private TaskMask mask() {
    return TaskMask.all(Map.of(Modality.AUDIO, denoiser.config().latent().length()));
  }

  /** Standardised latents (1, L, F, C) of the sound of {@code pictures}. */
  private Tensor sample(
      GenerateRequest request,
      Video pictures,
      long window,
      ProgressListener listener,
      Cancellation cancellation) {
    listener.progress("encode", 0, 1);
    Tensor frames = ClipTensors.unitVideo(List.of(Clip.of(pictures)));
    Tensor encoded = features.encodeVideo(frames.to(device, frames.scalar_type()));
    listener.progress("encode", 1, 1);
    MdsgenConfig.Latent sizes = denoiser.config().latent();
    Tensor empty =
        torch
            .zeros(1, sizes.length(), sizes.frequencies(), sizes.channels())
            .to(device, frames.scalar_type());
    int steps = request.numInferenceSteps().orElse(index.defaults().numInferenceSteps());
    SamplerChoice choice = request.sampler().orElse(index.defaults().sampler());
    try (SeededNoise seeded = SeededNoise.of(request.seed());
        SeededNoise noise = seeded.fork(STREAMS * window)) {
      SamplingRequest sampling =
          SamplingRequest.of(
                  guided(request), Latents.of(Map.of(Modality.AUDIO, empty)), mask(), noise)
              .withConditions(Conditions.NONE.withFeatures(encoded))
              .withListener(cancellation.watch(listener));
      return choice.sampler(schedule, steps).sample(sampling).audio();
    }
  }

  private Denoiser guided(GenerateRequest request) {
    Denoiser mixed = new MixedPrecision(denoiser, device, precision);
    Denoiser network = denoiser.config().prediction().noisePrediction(mixed, schedule);
    double scale = Math.max(1, request.guidanceScale().orElse(index.defaults().guidanceScale()));
    GuidanceScale weight =
        scale == 1
            ? new GuidanceScale.Constant(1)
            : new GuidanceScale.PowerCosine(scale, request.guidancePower().orElse(GUIDANCE_POWER));
    Denoiser free =
        new ClassifierFreeGuidance(
            network, schedule, weight, Conditions.NONE, ClassifierFreeGuidance.ALL_CHANNELS);
    double gradientScale = classifierScale(request);
    return gradientScale == 0
        ? free
        : new ClassifierGuidance(
            free, schedule, gradientScale, new AlignmentLikelihood(classifier.orElseThrow()));
  }

  private double classifierScale(GenerateRequest request) {
    return request.classifierGuidanceScale().orElse(index.defaults().classifierGuidanceScale());
  }

  private Audio decode(
      Tensor latents, GenerateRequest request, long window, ProgressListener listener) {
    listener.progress("decode", 0, 1);
    try (Rng phases = Rng.of(request.seed(), STREAMS * window + PHASE_STREAM)) {
      Tensor sound = voice.sound(voice.logMel(latents), index.format().samples(), phases);
      listener.progress("decode", 1, 1);
      return ClipTensors.toAudio(sound.get(0), index.format());
    }
  }

  @Override
  public void close() {
    denoiser.close();
    features.close();
    classifier.ifPresent(AlignmentClassifier::close);
    voice.close();
  }
}
