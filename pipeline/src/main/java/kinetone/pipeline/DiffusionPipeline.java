package kinetone.pipeline;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import kinetone.codec.LatentCodec;
import kinetone.codec.TimeLayout;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.sampler.SamplingRequest;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.SoundSink;
import kinetone.media.Video;
import kinetone.signal.ClipTensors;
import kinetone.tensor.Autocast;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/**
 * Generation with any system: encode what is given, condition, sample, decode, assemble. Every
 * example is computed by itself (batch 1), so that its bytes do not depend on its company.
 */
public final class DiffusionPipeline implements Pipeline {
  private final GenerativeSystem system;
  private final ModelIndex index;
  private final DiffusionModel model;

  /**
   * A pipeline around {@code model}, which it owns.
   *
   * @param index format and defaults of the clips
   */
  public DiffusionPipeline(GenerativeSystem system, ModelIndex index, DiffusionModel model) {
    this.system = system;
    this.index = index;
    this.model = model;
  }

  @Override
  public ModelIndex index() {
    return index;
  }

  @Override
  public boolean supports(Task task) {
    return system.tasks().contains(TaskKind.of(task));
  }

  /** The options of {@code request} over the model's defaults. */
  public OptionValues options(GenerateRequest request) {
    return request.options().over(index.defaults());
  }

  @Override
  public void check(GenerateRequest request) {
    system.requireKnown(request);
    OptionValues options = options(request);
    SamplerChoice sampler = options.get(CommonOptions.SAMPLER);
    Check.that(
        sampler == SamplerChoice.DDPM || request.options().find(CommonOptions.VARIANCE).isEmpty(),
        "variance is that of sampler ddpm and does not apply to %s",
        sampler.name().toLowerCase(Locale.ROOT));
    model.check(request, options);
  }

  @Override
  public GenerateResult generate(
      GenerateRequest request, ProgressListener listener, Cancellation cancellation) {
    long start = System.nanoTime();
    check(request);
    TaskMask mask = model.mask(request.task());
    InputReader reader = new InputReader(index.format(), index.pictures());
    requireLength(request, reader);
    listener.progress("encode", 0, 1);
    Optional<Given> pictures =
        needed(Modality.VIDEO, mask, request.video(), "picture", "--video").map(reader::pictures);
    Given given =
        new Given(
            pictures.flatMap(Given::video),
            pictures.flatMap(Given::context),
            needed(Modality.AUDIO, mask, request.sound(), "sound", "--audio").map(reader::audio));
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        NoiseStreams streams = streams(request, 0)) {
      Made made = make(request, mask, given, streams, listener, cancellation);
      Clip decoded = decode(made.latents(), given, streams);
      listener.progress("decode", 1, 1);
      return new GenerateResult(
          assemble(request, reader, decoded),
          stretches(mask, false),
          stretches(mask, true),
          request.seed(),
          (System.nanoTime() - start) / 1e9,
          new GenerateResult.Diagnostics(
              decoded, mask, givenArrays(given, made.known()), arrays(made.latents())));
    }
  }

  @Override
  public SoundtrackResult soundtrack(
      GenerateRequest request,
      SoundSink sink,
      SoundtrackListener listener,
      Cancellation cancellation) {
    check(request);
    try (WindowedSound sound = model.windows(this, request)) {
      return SoundtrackRunner.run(request, index.pictures(), sound, sink, listener, cancellation);
    }
  }

  /** The sound of one window of a long video by itself, as long as the model's clips. */
  float[] window(
      GenerateRequest request,
      Given given,
      long window,
      ProgressListener listener,
      Cancellation cancellation) {
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        NoiseStreams streams = streams(request, window)) {
      listener.progress("encode", 0, 1);
      TaskMask mask = model.mask(request.task());
      Made made = make(request, mask, given, streams, listener, cancellation);
      Audio sound = sound(made.latents(), streams);
      listener.progress("decode", 1, 1);
      return sound.samples()[0];
    }
  }

  /**
   * Latents of a clip before and after sampling.
   *
   * @param known of what is given
   * @param latents of all
   */
  private record Made(Latents known, Latents latents) {}

  /** From what is given to latents; decoding is announced, and left to the caller. */
  private Made make(
      GenerateRequest request,
      TaskMask mask,
      Given given,
      NoiseStreams streams,
      ProgressListener listener,
      Cancellation cancellation) {
    Latents known = encode(given);
    Conditions conditions = model.conditions(given, options(request));
    listener.progress("encode", 1, 1);
    Latents latents = sample(request, mask, known, conditions, streams, listener, cancellation);
    listener.progress("decode", 0, 1);
    return new Made(known, latents);
  }

  /** The streams of noise of window {@code window} of a clip; make them outside of scopes. */
  public NoiseStreams streams(GenerateRequest request, long window) {
    return new NoiseStreams(request.seed(), window, model.streams());
  }

  /** Standardised latents (batch 1) of what is given, zeros for the rest. */
  public Latents encode(Given given) {
    ClipFormat format = index.format();
    Map<Modality, Tensor> latents = new EnumMap<>(Modality.class);
    model
        .shapes()
        .forEach(
            (modality, shape) -> {
              Optional<Tensor> signal =
                  modality == Modality.VIDEO
                      ? given.video().map(v -> ClipTensors.video(List.of(Clip.of(v))))
                      : given
                          .audio()
                          .map(a -> ClipTensors.audio(List.of(Clip.of(a)), format.samples()));
              latents.put(
                  modality,
                  signal
                      .map(s -> codec(modality).encode(s.to(model.device(), s.scalar_type())))
                      .orElseGet(() -> zeros(shape)));
            });
    return Latents.of(latents);
  }

  private Tensor zeros(long[] shape) {
    Tensor zeros = torch.zeros(shape);
    return zeros.to(model.device(), zeros.scalar_type());
  }

  private LatentCodec<?> codec(Modality modality) {
    return model.codecs().get(modality);
  }

  /** Denoises: standardised latents, given positions as they are in {@code given}. */
  public Latents sample(
      GenerateRequest request,
      TaskMask mask,
      Latents given,
      Conditions conditions,
      NoiseStreams streams,
      ProgressListener listener,
      Cancellation cancellation) {
    Sampling sampling = model.sampling(request.task(), options(request), mask, given, streams);
    try (Autocast.Kept weights = Autocast.keepCasts()) {
      return sample(request, mask, given, conditions, streams, listener, cancellation, sampling);
    }
  }

  private Latents sample(
      GenerateRequest request,
      TaskMask mask,
      Latents given,
      Conditions conditions,
      NoiseStreams streams,
      ProgressListener listener,
      Cancellation cancellation,
      Sampling sampling) {
    Latents made =
        sampling
            .sampler()
            .sample(
                SamplingRequest.of(
                        sampling.denoiser(), given, mask, streams.noise(NoiseStreams.SAMPLER))
                    .withConditions(conditions)
                    .withSelfConditioning(sampling.selfConditioning())
                    .withListener(cancellation.watch(listener)));
    made.modalities().forEach(m -> requireFinite(m + " latents", made.get(m)));
    return made;
  }

  /** What is not finite would become silence or black on its way into a file. */
  public static void requireFinite(String what, Tensor values) {
    if (!torch.isfinite(values).all().item_bool()) {
      throw KinetoneException.user(
          "the model made %s that are not finite: its weights, an option or this precision is no"
              + " good; try --precision fp32, a lower guidance scale or another model",
          what.toLowerCase(Locale.ROOT));
    }
  }

  private Clip decode(Latents latents, Given given, NoiseStreams streams) {
    Optional<Video> video =
        latents.modalities().contains(Modality.VIDEO)
            ? Optional.of(pictures(latents, streams))
            : given.video();
    Optional<Audio> audio =
        latents.modalities().contains(Modality.AUDIO)
            ? Optional.of(sound(latents, streams))
            : given.audio();
    return new Clip(video, audio);
  }

  private Video pictures(Latents latents, NoiseStreams streams) {
    ClipFormat format = index.format();
    Tensor pictures =
        codec(Modality.VIDEO)
            .decode(latents.video(), format.frames(), streams.rng(model.decodingStream()));
    requireFinite("pictures", pictures);
    return ClipTensors.toVideo(pictures.get(0), format.framesPerSecond());
  }

  private Audio sound(Latents latents, NoiseStreams streams) {
    ClipFormat format = index.format();
    Tensor sound =
        codec(Modality.AUDIO)
            .decode(latents.audio(), format.samples(), streams.rng(model.decodingStream()));
    requireFinite("sound samples", sound);
    return ClipTensors.toAudio(sound.get(0), format);
  }

  private Optional<MediaInput> needed(
      Modality modality, TaskMask mask, Optional<MediaInput> input, String what, String argument) {
    if (!needs(modality, mask)) {
      return Optional.empty();
    }
    Check.that(
        input.isPresent(),
        "the task keeps parts of the %s, but there is none: give %s FILE",
        what,
        argument);
    return input;
  }

  private boolean needs(Modality modality, TaskMask mask) {
    if (model.observed().contains(modality)) {
      return true;
    }
    if (!model.shapes().containsKey(modality)) {
      return false;
    }
    for (boolean generated : mask.generated(modality)) {
      if (!generated) {
        return true;
      }
    }
    return false;
  }

  private void requireLength(GenerateRequest request, InputReader reader) {
    double seconds =
        request.task() instanceof Task.Continue given
            ? given.seconds()
            : request.task() instanceof Task.Inpaint ? index.format().videoSeconds() : 0;
    if (seconds > 0) {
      reader.requirePicture(request.video().orElseThrow(), seconds);
      reader.requireSound(request.sound().orElseThrow(), seconds);
    }
  }

  private static Clip assemble(GenerateRequest request, InputReader reader, Clip decoded) {
    if (request.task() instanceof Task.VideoToAudio) {
      Video original = reader.originalVideo(request.video().orElseThrow());
      return Clip.of(original, decoded.audio().orElseThrow());
    }
    if (request.task() instanceof Task.AudioToVideo) {
      Audio original = reader.originalAudio(request.sound().orElseThrow());
      return Clip.of(decoded.video().orElseThrow(), original);
    }
    return decoded;
  }

  /** What was generated, or given, in seconds. */
  private List<GenerateResult.Stretch> stretches(TaskMask mask, boolean generated) {
    List<GenerateResult.Stretch> stretches = new ArrayList<>();
    ClipFormat format = index.format();
    if (!generated) {
      for (Modality modality : model.observed()) {
        stretches.add(new GenerateResult.Stretch(modality, 0, seconds(modality, format)));
      }
    }
    for (Modality modality : EnumSet.copyOf(model.shapes().keySet())) {
      double rate = modality == Modality.VIDEO ? format.framesPerSecond() : format.sampleRate();
      boolean[] positions = mask.generated(modality);
      int from = -1;
      for (int i = 0; i <= positions.length; i++) {
        boolean inside = i < positions.length && positions[i] == generated;
        if (inside && from < 0) {
          from = i;
        } else if (!inside && from >= 0) {
          // A padded last latent reaches beyond the clip, or a rest that fills none follows it.
          double end = seconds(modality, format);
          TimeLayout time = codec(modality).codec().layout().time();
          stretches.add(
              new GenerateResult.Stretch(
                  modality,
                  time.boundary(from) / rate,
                  i == positions.length ? end : Math.min(end, time.boundary(i) / rate)));
          from = -1;
        }
      }
    }
    return stretches;
  }

  private static double seconds(Modality modality, ClipFormat format) {
    return modality == Modality.VIDEO ? format.videoSeconds() : format.audioSeconds();
  }

  private static Map<Modality, float[]> arrays(Latents latents) {
    Map<Modality, float[]> arrays = new EnumMap<>(Modality.class);
    latents.modalities().forEach(m -> arrays.put(m, Tensors.toFloats(latents.get(m))));
    return arrays;
  }

  private static Map<Modality, float[]> givenArrays(Given given, Latents known) {
    Map<Modality, float[]> arrays = arrays(known);
    if (given.video().isEmpty()) {
      arrays.remove(Modality.VIDEO);
    }
    if (given.audio().isEmpty()) {
      arrays.remove(Modality.AUDIO);
    }
    return arrays;
  }

  @Override
  public void close() {
    model.close();
  }
}
