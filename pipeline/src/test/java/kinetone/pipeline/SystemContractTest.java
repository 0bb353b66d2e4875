package kinetone.pipeline;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import kinetone.checkpoint.ComponentFolder;
import kinetone.codec.CodecFolder;
import kinetone.codec.LatentCodec;
import kinetone.common.KinetoneException;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.Respacing;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.latent.LatentStatistics;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.signal.ClipTensors;
import kinetone.system.avdit.SpiedAvDit;
import kinetone.system.mdsgen.SpiedMdsgen;
import kinetone.system.monl.SpiedMonl;
import kinetone.system.uniform.SpiedUniForm;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every system must keep, whatever its network is told. */
class SystemContractTest {
  /** A tiny model of each system: a new one gets a line here. */
  private static final List<SpiedModel> TRIED =
      List.of(new SpiedMonl(), new SpiedMdsgen(), new SpiedAvDit(), new SpiedUniForm());

  private static final int STEPS = 3;
  private static final long SEED = 7;

  @TempDir Path folder;

  static Stream<SpiedModel> systems() {
    return TRIED.stream();
  }

  static Stream<SpiedModel> systemsForSilentVideo() {
    return TRIED.stream()
        .filter(tried -> Systems.named(tried.system()).tasks().contains(TaskKind.V2A));
  }

  @Test
  void every_system_is_tried_here() {
    assertThat(TRIED.stream().map(SpiedModel::system))
        .containsExactlyInAnyOrderElementsOf(
            Systems.all().stream().map(GenerativeSystem::name).toList());
  }

  /** A system with its tiny model, opened with a spy. */
  private static final class Trial implements AutoCloseable {
    final SpiedModel tried;
    final GenerativeSystem system;
    final Path folder;
    final DiffusionModel model;
    final DiffusionPipeline pipeline;
    SpyDenoiser spy;

    Trial(SpiedModel tried, Path folder) {
      this.tried = tried;
      this.folder = folder;
      system = Systems.named(tried.system());
      tried.write(folder);
      ModelIndex index = ModelIndex.read(folder);
      ModelParts parts = ModelParts.of(system, folder);
      system.requireFit(parts, index);
      model = tried.open(parts, index, network -> spy = new SpyDenoiser(network));
      pipeline = new DiffusionPipeline(system, index, model);
    }

    /** The statistics of the latents, of which no channel's change nothing. */
    LatentStatistics statistics(Modality modality) {
      String role = modality == Modality.VIDEO ? "video_codec" : "audio_codec";
      LatentStatistics statistics = CodecFolder.statistics(folder.resolve(role));
      for (int c = 0; c < statistics.channels(); c++) {
        assertThat(statistics.mean()[c]).isNotEqualTo(0);
        assertThat(statistics.standardDeviation()[c]).isNotEqualTo(1);
      }
      return statistics;
    }

    /** Standardised latents of {@code clip}, by hand, where the mask leaves any. */
    Map<Modality, float[]> known(Clip clip, TaskMask mask) {
      Map<Modality, float[]> known = LatentArrays.zeros(model.shapes());
      try (TensorScope scope = TensorScope.open();
          NoGradGuard noGrad = new NoGradGuard()) {
        for (Modality modality : model.shapes().keySet()) {
          if (keeps(mask, modality)) {
            Tensor signal =
                modality == Modality.VIDEO
                    ? ClipTensors.video(List.of(clip))
                    : ClipTensors.audio(List.of(clip), TinyModel.FORMAT.samples());
            float[] raw = Tensors.toFloats(model.codecs().get(modality).codec().encode(signal));
            LatentStatistics statistics = statistics(modality);
            for (int i = 0; i < raw.length; i++) {
              int c = i % statistics.channels();
              raw[i] = (raw[i] - statistics.mean()[c]) / statistics.standardDeviation()[c];
            }
            known.put(modality, raw);
          }
        }
      }
      return known;
    }

    /** The noise that window {@code window} begins with. */
    Map<Modality, float[]> start(long window) {
      try (SeededNoise seeded = SeededNoise.of(SEED);
          SeededNoise stream = seeded.fork(window * model.streams() + NoiseStreams.SAMPLER);
          TensorScope scope = TensorScope.open()) {
        return SpyDenoiser.floats(stream.like(LatentArrays.latents(model.shapes())));
      }
    }

    /** Checks the passes of one clip or window; what they end in. */
    Map<Modality, float[]> follow(
        GenerateRequest request,
        long window,
        TaskMask mask,
        Map<Modality, float[]> known,
        List<SpyDenoiser.Pass> passes) {
      double scale = request.options().get(CommonOptions.GUIDANCE_SCALE);
      int each = scale > 1 ? tried.guidedPasses(mask) : 1;
      assertThat(passes).hasSize(STEPS * each);
      NoiseSchedule schedule = model.diffusion().noiseSchedule();
      Respacing respacing = Respacing.sections(schedule.steps(), STEPS);
      Map<Modality, float[]> z = LatentArrays.select(mask, start(window), known);
      for (int step = 0; step < STEPS; step++) {
        int from = respacing.timestep(STEPS - 1 - step);
        int to = respacing.previous(STEPS - 1 - step);
        List<SpyDenoiser.Pass> turn = passes.subList(step * each, (step + 1) * each);
        SpyDenoiser.Pass first = turn.get(0);
        if (step == 0) {
          LatentArrays.assertSame("where sampling starts", first.noisy(), z);
        }
        LatentArrays.assertClose("z at " + from, first.noisy(), z);
        LatentArrays.assertSame(
            "given latents", LatentArrays.select(mask, first.noisy(), known), first.noisy());
        LatentArrays.assertSame(
            "levels", first.levels(), LatentArrays.levels(mask, first.noisy(), from, 0));
        Map<Modality, float[]> noise =
            tried.noise(
                new SpiedModel.Step(
                    folder, request, window, mask, known, step, turn, model.shapes()));
        Map<Modality, float[]> clean =
            LatentArrays.mix(
                1 / schedule.signal(from),
                first.noisy(),
                -schedule.noise(from) / schedule.signal(from),
                noise);
        z =
            LatentArrays.select(
                mask,
                LatentArrays.mix(schedule.signal(to), clean, schedule.noise(to), noise),
                known);
      }
      return z;
    }

    @Override
    public void close() {
      pipeline.close();
    }
  }

  private static boolean keeps(TaskMask mask, Modality modality) {
    for (boolean generated : mask.generated(modality)) {
      if (!generated) {
        return true;
      }
    }
    return false;
  }

  private static Task task(TaskKind kind) {
    return switch (kind) {
      case JOINT -> new Task.Joint();
      case V2A -> new Task.VideoToAudio();
      case A2V -> new Task.AudioToVideo();
      case CONTINUE -> new Task.Continue(0.625);
      case INPAINT -> new Task.Inpaint(0.125, 0.625);
      case SEGMENTS -> new Task.Segments(Set.of(1), Set.of(0, 2));
    };
  }

  /** What people ask for; nothing is given to joint generation. */
  private static GenerateRequest.Builder request(TaskKind kind) {
    GenerateRequest.Builder request = GenerateRequest.of(task(kind)).seed(SEED);
    return kind == TaskKind.JOINT ? request : request.video(TinyClips.fitting());
  }

  @ParameterizedTest
  @MethodSource("systems")
  void of_every_task_the_network_hears_what_is_given_and_the_result_follows_from_what_it_says(
      SpiedModel tried) {
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      for (TaskKind kind : trial.system.tasks()) {
        for (double scale : new double[] {0, 1, 3}) {
          GenerateRequest request =
              request(kind)
                  .with(tried.usualOptions())
                  .guidanceScale(scale)
                  .numInferenceSteps(STEPS)
                  .build();
          GenerateResult.Diagnostics made = trial.pipeline.generate(request).diagnostics();
          TaskMask mask = trial.model.mask(request.task());
          Map<Modality, float[]> known = trial.known(TinyClips.fitting(), mask);
          for (Modality modality : trial.model.shapes().keySet()) {
            assertThat(made.mask().generated(modality)).isEqualTo(mask.generated(modality));
            assertThat(made.given().containsKey(modality)).isEqualTo(keeps(mask, modality));
          }
          made.given()
              .forEach((m, given) -> LatentArrays.assertClose("given", given, known.get(m)));
          // From here on bit for bit.
          known.putAll(made.given());
          Map<Modality, float[]> end = trial.follow(request, 0, mask, known, trial.spy.passes());
          LatentArrays.assertClose("result of " + kind + " at " + scale, made.latents(), end);
          LatentArrays.assertSame(
              "what was given", LatentArrays.select(mask, made.latents(), known), made.latents());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void what_is_heard_and_seen_is_what_the_codecs_make_of_the_restored_latents(SpiedModel tried) {
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      for (TaskKind kind : trial.system.tasks()) {
        GenerateResult result = trial.pipeline.generate(request(kind).build());
        GenerateResult.Diagnostics made = result.diagnostics();
        for (Modality modality : trial.model.shapes().keySet()) {
          float[] latents = made.latents().get(modality);
          float[] restored = latents.clone();
          LatentStatistics statistics = trial.statistics(modality);
          for (int i = 0; i < restored.length; i++) {
            int c = i % statistics.channels();
            restored[i] = restored[i] * statistics.standardDeviation()[c] + statistics.mean()[c];
          }
          float[] heard = track(made.decoded(), modality);
          float[] expected = decoded(trial, modality, restored);
          LatentArrays.assertClose(kind + " " + modality, heard, expected);
          // The control: of the latents that diffusion sees, it would be another.
          assertThat(LatentArrays.distance(heard, decoded(trial, modality, latents)))
              .isGreaterThan(0.01);
        }
        trial.model.observed().forEach(m -> assertThat(track(made.decoded(), m)).isNotEmpty());
        // A generated track is the decoded one, a given one is as it was given.
        Set<Modality> whole =
            kind == TaskKind.V2A
                ? Set.of(Modality.VIDEO)
                : kind == TaskKind.A2V ? Set.of(Modality.AUDIO) : Set.of();
        for (Modality modality : Modality.values()) {
          Clip from = whole.contains(modality) ? TinyClips.fitting() : made.decoded();
          assertThat(track(result.clip(), modality)).isEqualTo(track(from, modality));
        }
      }
    }
  }

  private static float[] track(Clip clip, Modality modality) {
    if (modality == Modality.AUDIO) {
      return clip.audio().orElseThrow().samples()[0];
    }
    byte[] rgb = clip.video().orElseThrow().rgb();
    float[] values = new float[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      values[i] = (rgb[i] & 0xFF) / 255f;
    }
    return values;
  }

  /** The track that the codec makes of raw latents. */
  private static float[] decoded(Trial trial, Modality modality, float[] latents) {
    LatentCodec<?> codec = trial.model.codecs().get(modality);
    boolean pictures = modality == Modality.VIDEO;
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        Rng rng = Rng.of(SEED, trial.model.decodingStream())) {
      Tensor signal =
          codec
              .codec()
              .decode(
                  Tensors.of(latents, trial.model.shapes().get(modality)),
                  pictures ? TinyModel.FORMAT.frames() : TinyModel.FORMAT.samples(),
                  rng)
              .get(0);
      return track(
          pictures
              ? Clip.of(ClipTensors.toVideo(signal, TinyModel.FORMAT.framesPerSecond()))
              : Clip.of(ClipTensors.toAudio(signal, TinyModel.FORMAT)),
          modality);
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void what_was_given_and_what_was_made_cover_the_clip_without_overlap(SpiedModel tried) {
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      for (TaskKind kind : trial.system.tasks()) {
        GenerateResult result = trial.pipeline.generate(request(kind).build());
        Map<Modality, List<GenerateResult.Stretch>> tracks = new EnumMap<>(Modality.class);
        Stream.concat(result.given().stream(), result.generated().stream())
            .sorted(Comparator.comparing(GenerateResult.Stretch::start))
            .forEach(s -> tracks.computeIfAbsent(s.modality(), m -> new ArrayList<>()).add(s));
        assertThat(tracks).containsOnlyKeys(Modality.VIDEO, Modality.AUDIO);
        tracks.forEach(
            (modality, stretches) -> {
              double end = 0;
              for (GenerateResult.Stretch stretch : stretches) {
                assertThat(stretch.start()).isEqualTo(end);
                assertThat(stretch.end()).isGreaterThan(end);
                end = stretch.end();
              }
              assertThat(end)
                  .isEqualTo(
                      modality == Modality.VIDEO
                          ? TinyModel.FORMAT.videoSeconds()
                          : TinyModel.FORMAT.audioSeconds());
            });
        assertThat(result.generated()).isNotEmpty();
        assertThat(result.given().isEmpty()).isEqualTo(kind == TaskKind.JOINT);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("systemsForSilentVideo")
  void every_window_of_a_soundtrack_draws_from_streams_of_its_own(SpiedModel tried) {
    // The same picture throughout, so that each window is given the same.
    byte[] rgb = new byte[27 * 16 * 16 * 3];
    Arrays.fill(rgb, (byte) 90);
    Clip clip = Clip.of(new Video(rgb, 27, 16, 16, 8));
    Clip one = Clip.of(new Video(Arrays.copyOf(rgb, rgb.length / 3), 9, 16, 16, 8));
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      for (double scale : new double[] {1, 3}) {
        GenerateRequest request =
            request(TaskKind.V2A)
                .video(clip)
                .with(tried.usualOptions())
                .guidanceScale(scale)
                .numInferenceSteps(STEPS)
                .build();
        SoundtrackResult result =
            trial.pipeline.soundtrack(
                request, piece -> {}, SoundtrackListener.NONE, new Cancellation());
        List<SpyDenoiser.Pass> passes = trial.spy.passes();
        assertThat(result.windows()).isGreaterThan(2);
        int each = (int) (passes.size() / result.windows());
        Map<Modality, float[]> before = Map.of();
        for (int window = 0; window < result.windows(); window++) {
          List<SpyDenoiser.Pass> own = passes.subList(window * each, (window + 1) * each);
          TaskMask mask = mask(own.get(0));
          assertThat(keeps(mask, Modality.AUDIO) && window == 0).isFalse();
          Map<Modality, float[]> known = new EnumMap<>(own.get(0).noisy());
          GenerateRequest windowed = request.withVideo(new MediaInput.Decoded(one));
          Map<Modality, float[]> made = trial.follow(windowed, window, mask, known, own);
          assertThat(Arrays.equals(made.get(Modality.AUDIO), before.get(Modality.AUDIO))).isFalse();
          before = made;
        }
      }
    }
  }

  /** What is generated, as the levels of a pass say. */
  private static TaskMask mask(SpyDenoiser.Pass pass) {
    Map<Modality, boolean[]> generated = new EnumMap<>(Modality.class);
    pass.levels()
        .forEach(
            (modality, levels) -> {
              boolean[] positions = new boolean[levels.length];
              for (int i = 0; i < levels.length; i++) {
                positions[i] = levels[i] > 0;
              }
              generated.put(modality, positions);
            });
    return TaskMask.of(generated);
  }

  @ParameterizedTest
  @MethodSource("systems")
  void every_option_of_the_system_changes_something(SpiedModel tried) {
    OptionValues ancestral = tried.usualOptions().with(CommonOptions.SAMPLER, SamplerChoice.DDPM);
    Map<Option<?>, SpiedModel.Change> changes = new HashMap<>(tried.changes());
    changes.put(
        CommonOptions.NUM_INFERENCE_STEPS,
        change(tried, OptionValues.NONE.with(CommonOptions.NUM_INFERENCE_STEPS, 5)));
    changes.put(
        CommonOptions.GUIDANCE_SCALE,
        change(tried, OptionValues.NONE.with(CommonOptions.GUIDANCE_SCALE, 2.5)));
    changes.put(CommonOptions.SAMPLER, change(tried, ancestral));
    changes.put(
        CommonOptions.VARIANCE,
        new SpiedModel.Change(
            tried.usualTask(),
            ancestral.with(CommonOptions.VARIANCE, CommonOptions.StepVariance.FIXED_SMALL),
            ancestral.with(CommonOptions.VARIANCE, CommonOptions.StepVariance.FIXED_LARGE)));
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      assertThat(changes.keySet()).containsExactlyInAnyOrderElementsOf(trial.system.allOptions());
      changes.forEach(
          (option, change) -> {
            GenerateRequest.Builder before = request(change.task()).with(change.before());
            GenerateRequest.Builder after = request(change.task()).with(change.after());
            assertThat(V2a.digest(trial.pipeline, after))
                .as(option.name())
                .isNotEqualTo(V2a.digest(trial.pipeline, before));
            // The model's own defaults take the place of what a request leaves out.
            ModelIndex index = trial.pipeline.index();
            ModelIndex other =
                new ModelIndex(
                    index.system(),
                    index.description(),
                    index.format(),
                    change.after().over(index.defaults()));
            assertThat(
                    V2a.digest(
                        new DiffusionPipeline(trial.system, other, trial.model),
                        request(change.task())))
                .as(option.name() + " by default")
                .isEqualTo(V2a.digest(trial.pipeline, after));
          });
    }
  }

  private static SpiedModel.Change change(SpiedModel tried, OptionValues after) {
    return new SpiedModel.Change(
        tried.usualTask(), tried.usualOptions(), after.over(tried.usualOptions()));
  }

  @ParameterizedTest
  @MethodSource("systems")
  void options_of_other_systems_and_of_none_are_refused_with_those_it_knows(SpiedModel tried) {
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      List<Option<?>> known = trial.system.allOptions();
      List<Option<?>> foreign = new ArrayList<>(Systems.options());
      foreign.add(CommonOptions.PROMPT);
      foreign.add(CommonOptions.NEGATIVE_PROMPT);
      foreign.removeAll(known);
      assertThat(foreign).hasSizeGreaterThan(2);
      for (Option<?> option : foreign) {
        GenerateRequest.Builder request = request(tried.usualTask()).with(usual(option));
        String message =
            option.name()
                + " is not an option of "
                + tried.system()
                + " models; they know: "
                + String.join(", ", known.stream().map(Option::name).toList());
        PipelineAssertions.assertRefused(trial.pipeline, request, message);
        if (tried.usualTask() == TaskKind.V2A) {
          assertThatThrownBy(() -> Collected.soundtrack(trial.pipeline, request.build()))
              .isInstanceOf(KinetoneException.class)
              .hasMessage(message);
        }
      }
      assertThat(trial.spy.passes()).isEmpty();
    }
  }

  private static <T> OptionValues usual(Option<T> option) {
    return OptionValues.NONE.with(option, option.defaultValue());
  }

  @ParameterizedTest
  @MethodSource("systems")
  void tasks_that_it_cannot_do_are_refused_with_those_it_can(SpiedModel tried) {
    try (Trial trial = new Trial(tried, folder.resolve("model"))) {
      for (TaskKind kind : TaskKind.values()) {
        boolean can = trial.system.tasks().contains(kind);
        assertThat(trial.pipeline.supports(task(kind))).isEqualTo(can);
        if (!can) {
          PipelineAssertions.assertRefused(
              trial.pipeline,
              request(kind),
              "models of system "
                  + tried.system()
                  + " do: "
                  + trial.system.tasks().stream().map(TaskKind::label).collect(joining(", "))
                  + "; this one cannot do "
                  + kind.label());
        }
      }
      assertThat(trial.spy.passes()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void a_part_that_is_missing_is_named_by_packing_and_by_loading(SpiedModel tried) {
    GenerativeSystem system = Systems.named(tried.system());
    for (Part part : system.parts()) {
      Path model = tried.write(folder.resolve(part.role()));
      TinyMdsgen.without(model, part.folder());
      Map<String, Path> folders = folders(system, model);
      if (part.required()) {
        Map<String, Path> named = new HashMap<>(folders);
        named.put(part.role(), model.resolve(part.folder()));
        assertRefusedAlike(system, model, named, part.folder() + " is not a model component");
        assertThat(refusalOfPacking(system, folders))
            .startsWith("a model of system " + system.name() + " needs --part " + part.role());
      } else {
        assertThat(ModelPacker.of(system, folders).index().system()).isEqualTo(system.name());
        Kinetone.load(model, Kinetone.Options.CPU).close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void a_part_of_another_type_is_refused_by_packing_and_by_loading_in_the_same_words(
      SpiedModel tried) {
    GenerativeSystem system = Systems.named(tried.system());
    Path whole = tried.write(folder.resolve("whole"));
    for (Part part : system.parts()) {
      Path model = tried.write(folder.resolve(part.role()));
      String other = part.role().equals("denoiser") ? "audio_codec" : "denoiser";
      TinyMdsgen.without(model, part.folder());
      ComponentFolder.copy(whole.resolve(other), model.resolve(part.folder()));
      assertRefusedAlike(
          system,
          model,
          folders(system, model),
          part.folder()
              + " holds a "
              + ComponentFolder.type(whole.resolve(other))
              + "; expected is ");
    }
  }

  @ParameterizedTest
  @MethodSource("systems")
  void parts_that_do_not_fit_are_refused_by_packing_and_by_loading_in_the_same_words(
      SpiedModel tried) {
    GenerativeSystem system = Systems.named(tried.system());
    assertThat(tried.misfits()).hasSizeGreaterThan(2);
    tried
        .misfits()
        .forEach(
            (message, misfit) -> {
              Path model = tried.write(folder.resolve("model"));
              misfit.accept(model);
              assertRefusedAlike(system, model, folders(system, model), ": " + message);
            });
  }

  /** The parts of {@code model} that are there. */
  private static Map<String, Path> folders(GenerativeSystem system, Path model) {
    Map<String, Path> folders = new HashMap<>();
    for (Part part : system.parts()) {
      if (model.resolve(part.folder()).toFile().isDirectory()) {
        folders.put(part.role(), model.resolve(part.folder()));
      }
    }
    return folders;
  }

  private void assertRefusedAlike(
      GenerativeSystem system, Path model, Map<String, Path> folders, String message) {
    Throwable loading = catchThrowable(() -> Kinetone.load(model, Kinetone.Options.CPU).close());
    assertThat(loading)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message)
        .hasMessageNotContaining("\n");
    // It only says whose parts they are in another way.
    assertThat(refusalOfPacking(system, folders))
        .isEqualTo(loading.getMessage().replace(model + ": ", "the model: "));
  }

  private String refusalOfPacking(GenerativeSystem system, Map<String, Path> folders) {
    Path out = folder.resolve("packed");
    ModelPacker packer =
        new ModelPacker(
            system,
            folders,
            new AskedFormat(Optional.of(8.0), Optional.of(8000), Optional.empty()),
            Optional.empty(),
            OptionValues.NONE);
    Throwable refusal = catchThrowable(() -> packer.pack(out));
    assertThat(refusal).isInstanceOf(KinetoneException.class).hasMessageNotContaining("\n");
    assertThat(out).doesNotExist();
    return refusal.getMessage();
  }
}
