package kinetone.pipeline;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.ComponentFolder;
import kinetone.common.Check;
import kinetone.data.ClipTensors;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.guidance.JointGuidance;
import kinetone.diffusion.guidance.NoisedConditionGuidance;
import kinetone.diffusion.guidance.ReconstructionGuidance;
import kinetone.diffusion.guidance.Replacement;
import kinetone.diffusion.process.SelfConditioning;
import kinetone.diffusion.sampler.Sampler;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.LinearBetaSchedule;
import kinetone.diffusion.task.SegmentMap;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.latent.Codec;
import kinetone.latent.CodecFolder;
import kinetone.latent.magvit2.CausalVideoAutoencoder;
import kinetone.latent.soundstream.CausalAudioAutoencoder;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.SoundSink;
import kinetone.media.Video;
import kinetone.model.monl.AvDiT;
import kinetone.model.monl.AvDiTConfig;
import kinetone.nn.conv.History;
import kinetone.tensor.Precision;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Generation with AVDiT and a Mixture of Noise Levels (Kim et al. 2024): encode what is given, hold
 * it at noise level 0, denoise the rest, decode. Every example is computed by itself (batch 1), so
 * that its bytes do not depend on its company.
 */
final class MonlPipeline implements Pipeline {
  static final String SYSTEM = "monl";

  /** The stream of the noise that stands in for a dropped condition. */
  private static final long GUIDANCE_STREAM = 1;

  /** The stream of the noise in which baselines hide the condition. */
  private static final long CONDITION_STREAM = 2;

  /** Streams of noise that one window needs. */
  private static final long STREAMS = 3;

  private final ModelIndex index;
  private final Device device;
  private final Precision precision;
  private final CodecFolder.Loaded<CausalVideoAutoencoder> videoCodec;
  private final CodecFolder.Loaded<CausalAudioAutoencoder> audioCodec;
  private final AvDiT denoiser;
  private final ClipGeometry geometry;
  private final NoiseSchedule schedule = new LinearBetaSchedule();

  MonlPipeline(Path folder, ModelIndex index, Device device, Precision precision) {
    this.index = index;
    this.device = device;
    this.precision = precision;
    videoCodec =
        CodecFolder.load(folder.resolve(ModelIndex.VIDEO_CODEC), CausalVideoAutoencoder.FORMAT);
    audioCodec =
        CodecFolder.load(folder.resolve(ModelIndex.AUDIO_CODEC), CausalAudioAutoencoder.FORMAT);
    AvDiTConfig config =
        ComponentFolder.config(folder.resolve(ModelIndex.DENOISER), AvDiTConfig.class);
    try (Rng rng = Rng.none()) {
      denoiser = new AvDiT(config, rng);
    }
    ComponentFolder.load(folder.resolve(ModelIndex.DENOISER), denoiser);
    for (org.bytedeco.pytorch.Module module :
        List.of(videoCodec.codec().module(), audioCodec.codec().module(), denoiser)) {
      module.to(device, false);
      module.eval();
    }
    requireFit(folder, config);
    geometry =
        new ClipGeometry(
            index.format(),
            config.video().frames(),
            config.audio().length(),
            audioCodec.codec().config().hop());
  }

  private void requireFit(Path folder, AvDiTConfig config) {
    Check.that(
        videoCodec.statistics().channels() == config.video().channels()
            && audioCodec.statistics().channels() == config.audio().channels(),
        "%s: the codecs have %d and %d latent channels, the denoiser %d and %d; the parts are from"
            + " different models",
        folder,
        videoCodec.statistics().channels(),
        audioCodec.statistics().channels(),
        config.video().channels(),
        config.audio().channels());
  }

  @Override
  public ModelIndex index() {
    return index;
  }

  @Override
  public boolean supports(Task task) {
    return true;
  }

  private static void requireKnown(GenerateRequest request) {
    Check.that(
        request.guidancePower().isEmpty() && request.classifierGuidanceScale().orElse(0) == 0,
        "guidance_power and classifier_guidance_scale are for mdsgen models, this is a %s model",
        SYSTEM);
  }

  @Override
  public GenerateResult generate(
      GenerateRequest request, ProgressListener listener, Cancellation cancellation) {
    requireKnown(request);
    long start = System.nanoTime();
    SegmentMap segments = geometry.segments();
    TaskMask mask = TaskMask.of(request.task(), segments);
    InputReader reader = new InputReader(index.format());
    requireLength(request, reader, segments);
    listener.progress("encode", 0, 1);
    Optional<Video> video = givenVideo(request, mask, reader);
    Optional<Audio> audio = givenAudio(request, mask, reader);
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Latents given = encode(video, audio);
      listener.progress("encode", 1, 1);
      Latents latents = sample(request, mask, given, 0, listener, cancellation);
      listener.progress("decode", 0, 1);
      Clip decoded = decode(latents);
      listener.progress("decode", 1, 1);
      Map<Modality, float[]> givenArrays = new EnumMap<>(Modality.class);
      video.ifPresent(v -> givenArrays.put(Modality.VIDEO, Tensors.toFloats(given.video())));
      audio.ifPresent(a -> givenArrays.put(Modality.AUDIO, Tensors.toFloats(given.audio())));
      return new GenerateResult(
          assemble(request, reader, decoded),
          decoded,
          mask,
          givenArrays,
          Map.of(
              Modality.VIDEO, Tensors.toFloats(latents.video()),
              Modality.AUDIO, Tensors.toFloats(latents.audio())),
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
    try (WindowedSound sound = windows(request)) {
      return SoundtrackRunner.run(request, sound, sink, listener, cancellation);
    }
  }

  /** Windows that continue each other where the geometry allows, crossfaded ones otherwise. */
  private WindowedSound windows(GenerateRequest request) {
    Optional<Continuation> continuation = Continuation.of(geometry);
    if (continuation.isPresent()) {
      return new MonlSoundtrack(this, geometry, continuation.get(), request);
    }
    WindowGrid grid = WindowGrid.overlapping(index.format());
    return new CrossfadedWindows(grid, (p, w, l, c) -> window(request, p, w, l, c));
  }

  /** The sound of one window by itself. */
  private float[] window(
      GenerateRequest request,
      Video pictures,
      long window,
      ProgressListener listener,
      Cancellation cancellation) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      TaskMask mask = TaskMask.of(request.task(), geometry.segments());
      Latents given = encode(Optional.of(pictures), Optional.empty());
      Latents made = sample(request, mask, given, window, listener, cancellation);
      return decode(made).audio().orElseThrow().samples()[0];
    }
  }

  private static Optional<Video> givenVideo(
      GenerateRequest request, TaskMask mask, InputReader reader) {
    return anyGiven(mask, Modality.VIDEO) ? request.video().map(reader::video) : Optional.empty();
  }

  private static Optional<Audio> givenAudio(
      GenerateRequest request, TaskMask mask, InputReader reader) {
    return anyGiven(mask, Modality.AUDIO)
        ? request.audio().or(request::video).map(reader::audio)
        : Optional.empty();
  }

  private static boolean anyGiven(TaskMask mask, Modality modality) {
    for (boolean generated : mask.generated(modality)) {
      if (!generated) {
        return true;
      }
    }
    return false;
  }

  private void requireLength(GenerateRequest request, InputReader reader, SegmentMap segments) {
    double seconds =
        request.task() instanceof Task.Continue given
            ? given.seconds()
            : request.task() instanceof Task.Inpaint ? segments.duration() : 0;
    if (seconds > 0) {
      reader.requirePicture(request.video().orElseThrow(), seconds);
      reader.requireSound(request.audio().or(request::video).orElseThrow(), seconds);
    }
  }

  /** Standardised latents of what is given, zeros for the rest; batch 1. */
  Latents encode(Optional<Video> video, Optional<Audio> audio) {
    AvDiTConfig config = denoiser.config();
    Tensor videoLatent =
        video
            .map(v -> encode(videoCodec, ClipTensors.video(List.of(Clip.of(v)))))
            .orElseGet(
                () ->
                    torch.zeros(
                        1,
                        config.video().frames(),
                        config.video().height(),
                        config.video().width(),
                        config.video().channels()));
    Tensor audioLatent =
        audio
            .map(
                a ->
                    encode(
                        audioCodec,
                        ClipTensors.audio(List.of(Clip.of(a)), index.format().samples())))
            .orElseGet(() -> torch.zeros(1, config.audio().length(), config.audio().channels()));
    return Latents.of(videoLatent, audioLatent).map(t -> t.to(device, t.scalar_type()));
  }

  private Tensor encode(CodecFolder.Loaded<? extends Codec> codec, Tensor signal) {
    return codec
        .statistics()
        .standardise(codec.codec().encode(signal.to(device, signal.scalar_type())));
  }

  /** Denoises; every window of a long sound has streams of noise of its own. */
  Latents sample(
      GenerateRequest request,
      TaskMask mask,
      Latents given,
      long window,
      ProgressListener listener,
      Cancellation cancellation) {
    int steps = request.numInferenceSteps().orElse(index.defaults().numInferenceSteps());
    double scale =
        request.conditioning() == Conditioning.CONDITION
            ? request.guidanceScale().orElse(index.defaults().guidanceScale())
            : 0;
    Denoiser mixed = new MixedPrecision(denoiser, device, precision);
    Denoiser network = denoiser.config().prediction().noisePrediction(mixed, schedule);
    try (SeededNoise seeded = SeededNoise.of(request.seed());
        SeededNoise noise = seeded.fork(STREAMS * window);
        SeededNoise substitute = seeded.fork(STREAMS * window + GUIDANCE_STREAM);
        SeededNoise conditionNoise = seeded.fork(STREAMS * window + CONDITION_STREAM)) {
      Denoiser guided =
          switch (request.conditioning()) {
            case CONDITION ->
                mask.hasCondition() && scale > 0
                    ? new NoisedConditionGuidance(network, schedule, scale, substitute)
                    : new JointGuidance(network, schedule, scale, substitute);
            case REPLACEMENT -> new Replacement(network, schedule, conditionNoise.like(given));
            case RECONSTRUCTION -> network;
          };
      SelfConditioning selfConditioning =
          denoiser.config().selfConditioning() && index.defaults().estimateLimit() > 0
              ? new SelfConditioning(1, index.defaults().estimateLimit())
              : SelfConditioning.NONE;
      SamplingRequest sampling =
          SamplingRequest.of(guided, given, mask, noise)
              .withSelfConditioning(selfConditioning)
              .withListener(cancellation.watch(listener));
      SamplerChoice choice = request.sampler().orElse(index.defaults().sampler());
      Sampler sampler =
          request.conditioning() == Conditioning.RECONSTRUCTION
              ? new ReconstructionGuidance(
                  choice.stepwise(schedule, steps),
                  ReconstructionGuidance.Form.PAPER,
                  request.reconstructionWeight().orElse(GenerateRequest.RECONSTRUCTION_WEIGHT),
                  conditionNoise)
              : choice.sampler(schedule, steps);
      return sampler.sample(sampling);
    }
  }

  /** Waveform of the next sound latents (1, L, C), standardised, in [−1, 1]. */
  float[] decodeNext(Tensor latents, History.Stream history) {
    Tensor raw = audioCodec.statistics().restore(latents);
    float[] samples = Tensors.toFloats(audioCodec.codec().decodeChunk(raw, history));
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Math.max(-1f, Math.min(1f, samples[i]));
    }
    return samples;
  }

  private Clip decode(Latents latents) {
    ClipFormat format = index.format();
    Tensor pictures =
        videoCodec.codec().decode(videoCodec.statistics().restore(latents.video())).get(0);
    Tensor sound =
        audioCodec.codec().decode(audioCodec.statistics().restore(latents.audio())).get(0);
    return Clip.of(
        ClipTensors.toVideo(pictures, format.framesPerSecond()),
        ClipTensors.toAudio(sound, format));
  }

  private Clip assemble(GenerateRequest request, InputReader reader, Clip decoded) {
    if (request.task() instanceof Task.VideoToAudio) {
      Video original = reader.originalVideo(request.video().orElseThrow());
      return Clip.of(original, decoded.audio().orElseThrow());
    }
    if (request.task() instanceof Task.AudioToVideo) {
      Audio original = reader.originalAudio(request.audio().or(request::video).orElseThrow());
      return Clip.of(decoded.video().orElseThrow(), original);
    }
    return decoded;
  }

  @Override
  public void close() {
    videoCodec.codec().module().close();
    audioCodec.codec().module().close();
    denoiser.close();
  }
}
