package kinetone.system.mdsgen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kinetone.diffusion.Conditions;
import kinetone.diffusion.Denoiser;
import kinetone.diffusion.Latents;
import kinetone.diffusion.Modality;
import kinetone.diffusion.NoiseSchedule;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.feature.align.AlignmentClassifier;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.DiffusionPipeline;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.LatentArrays;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.NoiseStreams;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.SpyDenoiser;
import kinetone.tensor.TensorScope;
import kinetone.tensor.Tensors;
import kinetone.testkit.TinyClips;
import kinetone.testkit.TinyMdsgen;
import org.bytedeco.pytorch.AutoGradMode;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What guides MDSGen's network beyond the contract of systems. */
class MdsgenPassesTest {
  private static final int STEPS = 4;

  @TempDir static Path folder;
  private static DiffusionPipeline pipeline;
  private static MdsgenModel model;
  private static SpyDenoiser spy;

  @BeforeAll
  static void load() {
    MdsgenSystem system = new MdsgenSystem();
    Path at = TinyMdsgen.write(folder);
    Map<String, Path> folders = new HashMap<>();
    system.parts().forEach(part -> folders.put(part.role(), at.resolve(part.folder())));
    ModelIndex index = ModelIndex.read(at);
    model =
        MdsgenSystem.open(
            ModelParts.named(system, folders),
            new Device("cpu"),
            network -> spy = new SpyDenoiser(network));
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

  private static GenerateRequest.Builder request() {
    return GenerateRequest.of(new Task.VideoToAudio())
        .video(TinyClips.fitting())
        .seed(3)
        .numInferenceSteps(STEPS);
  }

  @Test
  void guidance_weighs_by_the_power_cosine_of_the_power_asked_for() {
    // Half way, at power 1, the curve has half of the scale's excess.
    assertThat(SpiedMdsgen.weight(5, 1, 501)).isCloseTo(3, within(1e-9));
    assertThat(SpiedMdsgen.weight(5, 1, 1)).isCloseTo(5, within(1e-9));
    assertThat(SpiedMdsgen.weight(5, 0, 1000)).isCloseTo(5, within(1e-9));
    for (double power : new double[] {0, 0.01, 0.5, 2}) {
      for (double scale : new double[] {2, 5}) {
        GenerateRequest request =
            request().guidanceScale(scale).with(MdsgenOptions.GUIDANCE_POWER, power).build();
        GenerateResult result = pipeline.generate(request);
        List<SpyDenoiser.Pass> passes = spy.passes();
        assertThat(passes).hasSize(2 * STEPS);
        follow(
            passes,
            result,
            (conditional, unconditional) -> {
              double weight = SpiedMdsgen.weight(scale, power, conditional.time());
              return LatentArrays.mix(
                  weight,
                  conditional.noise().get(Modality.AUDIO),
                  1 - weight,
                  unconditional.noise().get(Modality.AUDIO));
            });
      }
    }
  }

  /** Dhariwal and Nichol 2021: against the slope of log p, as far as there is noise. */
  @Test
  void the_classifier_moves_the_noise_against_the_slope_of_its_belief() {
    double scale = 1000;
    OptionValues options =
        OptionValues.NONE
            .with(CommonOptions.GUIDANCE_SCALE, 2.0)
            .with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, scale);
    NoiseSchedule schedule = model.diffusion().noiseSchedule();
    Task task = new Task.VideoToAudio();
    TaskMask mask = model.mask(task);
    try (AlignmentClassifier classifier = AlignmentClassifier.FOLDER.load(folder.resolve("align"));
        TensorScope scope = TensorScope.open();
        NoGradGuard noGrad = new NoGradGuard();
        NoiseStreams streams = pipeline.streams(request().build(), 0)) {
      Latents noisy = streams.noise(0).like(LatentArrays.latents(model.shapes()));
      Denoiser guided = model.sampling(task, options, mask, noisy, streams).denoiser();
      Conditions conditions =
          Conditions.NONE.withFeatures(streams.rng(1).normal(1, 9, TinyMdsgen.FEATURES));
      for (int t : new int[] {1000, 600, 300, 100}) {
        Latents said = guided.predict(noisy, mask.levels(t, noisy), conditions).noise();
        List<SpyDenoiser.Pass> passes = spy.passes();
        double weight = SpiedMdsgen.weight(2, MdsgenOptions.GUIDANCE_POWER.defaultValue(), t);
        float[] free =
            LatentArrays.mix(
                weight,
                passes.get(0).noise().get(Modality.AUDIO),
                1 - weight,
                passes.get(1).noise().get(Modality.AUDIO));
        float[] slope = slope(classifier, passes.get(0), t);
        float[] moved = LatentArrays.mix(1, free, -scale * schedule.noise(t), slope);
        assertThat(LatentArrays.distance(moved, free)).isGreaterThan(0.1);
        LatentArrays.assertClose("at level " + t, Tensors.toFloats(said.audio()), moved);
      }
      // Clips are made with it.
      GenerateRequest.Builder request = request().with(options);
      assertThat(pipeline.generate(request.build()).diagnostics().latents().get(Modality.AUDIO))
          .isNotEqualTo(
              pipeline
                  .generate(request.with(MdsgenOptions.CLASSIFIER_GUIDANCE_SCALE, 0.0).build())
                  .diagnostics()
                  .latents()
                  .get(Modality.AUDIO));
    }
  }

  /** The slope of log sigmoid of the classifier's word on the noisy sound; it counts from 0. */
  private static float[] slope(AlignmentClassifier classifier, SpyDenoiser.Pass pass, int t) {
    try (TensorScope scope = TensorScope.open();
        AutoGradMode withGradient = new AutoGradMode(true)) {
      Tensor noisy =
          Tensors.of(pass.noisy().get(Modality.AUDIO), model.shapes().get(Modality.AUDIO))
              .set_requires_grad(true);
      Tensor features = Tensors.of(pass.features().orElseThrow(), 1, 9, TinyMdsgen.FEATURES);
      Tensor steps = Tensors.of(new long[] {t - 1}, 1);
      torch.log_sigmoid(classifier.forward(noisy, features, steps)).sum().backward();
      return Tensors.toFloats(noisy.grad());
    }
  }

  private interface Guidance {
    float[] noise(SpyDenoiser.Pass conditional, SpyDenoiser.Pass unconditional);
  }

  /** Requires that each step, and the result, is what DDIM makes of the guided noise. */
  private static void follow(
      List<SpyDenoiser.Pass> passes, GenerateResult result, Guidance guidance) {
    NoiseSchedule schedule = model.diffusion().noiseSchedule();
    for (int step = 0; step < STEPS; step++) {
      SpyDenoiser.Pass conditional = passes.get(2 * step);
      float[] noise = guidance.noise(conditional, passes.get(2 * step + 1));
      int t = conditional.time();
      boolean last = step == STEPS - 1;
      int to = last ? 0 : passes.get(2 * step + 2).time();
      float[] clean =
          LatentArrays.mix(
              1 / schedule.signal(t),
              conditional.noisy().get(Modality.AUDIO),
              -schedule.noise(t) / schedule.signal(t),
              noise);
      LatentArrays.assertClose(
          "after level " + t,
          last
              ? result.diagnostics().latents().get(Modality.AUDIO)
              : passes.get(2 * step + 2).noisy().get(Modality.AUDIO),
          LatentArrays.mix(schedule.signal(to), clean, schedule.noise(to), noise));
    }
  }
}
