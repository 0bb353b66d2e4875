package kinetone.system.monl;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.sampler.SeededNoise;
import kinetone.diffusion.schedule.Respacing;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.Clip;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.Collected;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.LatentArrays;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.SoundtrackListener;
import kinetone.pipeline.SpyDenoiser;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyModel;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What AVDiT's network hears beyond the contract of systems. */
class MonlPassesTest {
  private static final int STEPS = 4;

  @TempDir static Path folder;
  private static MonlModel model;
  private static DiffusionPipeline pipeline;
  private static SpyDenoiser spy;

  @BeforeAll
  static void load() {
    MonlSystem system = new MonlSystem();
    Path at = TinyModel.write(folder);
    ModelIndex index = ModelIndex.read(at);
    ModelParts parts =
        ModelParts.named(
            system,
            Map.of(
                "denoiser", at.resolve("denoiser"),
                "video_codec", at.resolve("video_codec"),
                "audio_codec", at.resolve("audio_codec")));
    model =
        (MonlModel)
            system.open(parts, index, new Device("cpu"), network -> spy = new SpyDenoiser(network));
    pipeline = new DiffusionPipeline(system, index, model);
  }

  @AfterAll
  static void close() {
    pipeline.close();
  }

  @BeforeEach
  void forget() {
    spy.passes();
  }

  private static GenerateRequest.Builder request(Task task) {
    GenerateRequest.Builder request = GenerateRequest.of(task).seed(3).numInferenceSteps(STEPS);
    return task instanceof Task.Joint ? request : request.video(TinyClips.fitting());
  }

  @Test
  void estimates_are_heard_in_every_step_within_the_limit_of_training() {
    estimates(request(new Task.Joint()), 6);
    estimates(request(new Task.Continue(0.625)), 6);
    estimates(request(new Task.VideoToAudio()).with(MonlOptions.ESTIMATE_LIMIT, 0.5), 0.5);
    estimates(request(new Task.Joint()).with(MonlOptions.ESTIMATE_LIMIT, 1e6), 1e6);
  }

  private static void estimates(GenerateRequest.Builder request, double limit) {
    GenerateResult.Diagnostics made = pipeline.generate(request.build()).diagnostics();
    List<SpyDenoiser.Pass> passes = spy.passes();
    assertThat(passes).hasSize(STEPS);
    double largest = 0;
    for (int step = 1; step < STEPS; step++) {
      Map<Modality, float[]> clean = clean(passes.get(step - 1));
      Map<Modality, float[]> heard = passes.get(step).estimate().orElseThrow();
      for (Modality modality : heard.keySet()) {
        float[] expected = clean.get(modality);
        for (int i = 0; i < expected.length; i++) {
          largest = Math.max(largest, Math.abs(expected[i]));
          expected[i] = (float) Math.max(-limit, Math.min(limit, expected[i]));
        }
        float[] given = made.given().getOrDefault(modality, expected);
        LatentArrays.assertClose(
            "estimate",
            heard.get(modality),
            LatentArrays.select(made.mask(), modality, expected, given));
      }
    }
    // What makes the limit say something.
    assertThat(largest).isGreaterThan(20);
  }

  /** The estimate of the clean latents that a pass says. */
  private static Map<Modality, float[]> clean(SpyDenoiser.Pass pass) {
    NoiseSchedule schedule = model.diffusion().noiseSchedule();
    int t = pass.time();
    return LatentArrays.mix(
        1 / schedule.signal(t),
        pass.noisy(),
        -schedule.noise(t) / schedule.signal(t),
        pass.noise());
  }

  @Test
  void baselines_show_the_network_one_level_and_the_condition_noised_to_it() {
    NoiseSchedule schedule = model.diffusion().noiseSchedule();
    Map<Modality, float[]> hiding = hidingNoise();
    for (Conditioning conditioning :
        List.of(Conditioning.REPLACEMENT, Conditioning.RECONSTRUCTION)) {
      for (Task task : List.of(new Task.VideoToAudio(), new Task.Continue(0.625))) {
        GenerateRequest request =
            request(task).with(MonlOptions.CONDITIONING, conditioning).build();
        GenerateResult.Diagnostics made = pipeline.generate(request).diagnostics();
        List<SpyDenoiser.Pass> passes = spy.passes();
        Respacing respacing = Respacing.sections(schedule.steps(), STEPS);
        assertThat(passes).hasSize(STEPS);
        for (int step = 0; step < STEPS; step++) {
          SpyDenoiser.Pass pass = passes.get(step);
          int t = respacing.timestep(STEPS - 1 - step);
          LatentArrays.assertSame(
              "one level", pass.levels(), LatentArrays.levels(made.mask(), pass.noisy(), t, t));
          for (Modality modality : pass.noisy().keySet()) {
            float[] heard = pass.noisy().get(modality);
            float[] given = made.given().getOrDefault(modality, heard);
            float[] noised =
                LatentArrays.mix(
                    schedule.signal(t), given, schedule.noise(t), hiding.get(modality));
            LatentArrays.assertClose(
                "noised " + modality,
                heard,
                LatentArrays.select(made.mask(), modality, heard, noised));
          }
        }
      }
    }
  }

  /** Always the same: the beginning of stream 2. */
  private static Map<Modality, float[]> hidingNoise() {
    try (SeededNoise seeded = SeededNoise.of(3);
        SeededNoise stream = seeded.fork(2);
        TensorScope scope = TensorScope.open()) {
      return SpyDenoiser.floats(stream.like(LatentArrays.latents(model.shapes())));
    }
  }

  @Test
  void windows_go_on_from_the_latents_of_the_one_before_and_are_decoded_as_one_sound() {
    Clip clip = Clip.of(TinyClips.video(2.5, 16, 16, 8));
    GenerateRequest request = request(new Task.VideoToAudio()).video(clip).guidanceScale(1).build();
    Collected sound = new Collected();
    pipeline.soundtrack(request, sound::take, SoundtrackListener.NONE, new Cancellation());
    List<SpyDenoiser.Pass> passes = spy.passes();
    Continuation step = Continuation.of(model.geometry()).orElseThrow();
    int windows = passes.size() / STEPS;
    assertThat(windows).isGreaterThan(3);
    List<Float> all = new ArrayList<>();
    float[] before = {};
    int size = TinyModel.CHANNELS;
    for (int window = 0; window < windows; window++) {
      List<SpyDenoiser.Pass> own = passes.subList(window * STEPS, (window + 1) * STEPS);
      int known = window == 0 ? 0 : step.givenLatents();
      boolean[] generated = new boolean[model.geometry().audioLatents()];
      Arrays.fill(generated, known, generated.length, true);
      TaskMask mask =
          TaskMask.of(Map.of(Modality.VIDEO, new boolean[3], Modality.AUDIO, generated));
      float[] heard = own.get(0).noisy().get(Modality.AUDIO);
      if (window > 0) {
        LatentArrays.assertClose(
            "the overlap",
            Arrays.copyOf(heard, known * size),
            Arrays.copyOfRange(
                before, step.hopLatents() * size, (step.hopLatents() + known) * size));
      }
      LatentArrays.assertSame(
          "levels", own.get(0).levels(), LatentArrays.levels(mask, own.get(0).noisy(), 1000, 0));
      float[] made =
          LatentArrays.select(
              mask, Modality.AUDIO, clean(own.get(STEPS - 1)).get(Modality.AUDIO), heard);
      boolean last = window == windows - 1;
      int end = last ? generated.length : step.hopLatents() + step.givenLatents();
      for (int i = known * size; i < end * size; i++) {
        all.add(made[i]);
      }
      before = made;
    }
    float[] whole = decoded(all);
    float[] joined = sound.samples();
    assertThat(joined).hasSize(20_000);
    LatentArrays.assertClose("sound", joined, Arrays.copyOf(whole, joined.length));
  }

  /** What the codec makes of all latents at once. */
  private static float[] decoded(List<Float> latents) {
    int length = latents.size() / TinyModel.CHANNELS;
    float[] values = new float[latents.size()];
    for (int i = 0; i < values.length; i++) {
      int c = i % TinyModel.CHANNELS;
      values[i] =
          latents.get(i) * model.audioCodec().statistics().standardDeviation()[c]
              + model.audioCodec().statistics().mean()[c];
    }
    try (TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard()) {
      Tensor sound =
          model
              .audioCodec()
              .codec()
              .decode(Tensors.of(values, 1, length, TinyModel.CHANNELS), length * 150L, null);
      float[] samples = Tensors.toFloats(sound);
      for (int i = 0; i < samples.length; i++) {
        samples[i] = Math.max(-1f, Math.min(1f, samples[i]));
      }
      return samples;
    }
  }

  @Test
  void modalities_are_heard_in_the_shapes_of_the_network() {
    pipeline.generate(request(new Task.Joint()).build());
    Map<Modality, Integer> sizes = new EnumMap<>(Modality.class);
    spy.passes().get(0).noisy().forEach((m, values) -> sizes.put(m, values.length));
    assertThat(sizes).isEqualTo(Map.of(Modality.VIDEO, 3 * 2 * 2 * 4, Modality.AUDIO, 60 * 4));
  }
}
