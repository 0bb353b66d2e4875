package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.diffusion.task.TaskMask;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinBenchTest {
  private static final SamplingSettings SETTINGS =
      new SamplingSettings(
          OptionValues.NONE
              .with(CommonOptions.NUM_INFERENCE_STEPS, 2)
              .with(CommonOptions.GUIDANCE_SCALE, 1.0));

  private static final int RATE = 8000;

  @TempDir static Path folder;
  private static Pipeline model;

  @BeforeAll
  static void load() {
    model = Kinetone.load(TinyModel.write(folder.resolve("model")), Kinetone.Options.CPU);
  }

  @AfterAll
  static void close() {
    model.close();
  }

  @Test
  void given_latents_of_a_model_come_back_and_one_that_was_altered_is_noticed() {
    JoinBench.Report report = run(model);
    assertThat(report.scenes()).isEqualTo(2);
    assertThat(report.secondsPerSample()).isPositive();
    for (JoinBench.Joined task : List.of(report.continuation(), report.inpainting())) {
      assertThat(task.clips()).isEqualTo(2);
      assertThat(task.clipsGivenIdentical()).isEqualTo(2);
      assertThat(task.across())
          .allSatisfy(figure -> assertThat(figure.ratio()).isPositive().isFinite());
    }
    // One join goes on from the start, two surround a gap.
    assertThat(report.continuation().across()).allMatch(figure -> figure.joins() == 2);
    assertThat(report.inpainting().across()).allMatch(figure -> figure.joins() == 4);

    JoinBench.Report altered = run(new Altering(model));
    assertThat(altered.continuation().clipsGivenIdentical()).isZero();
    assertThat(altered.inpainting().clipsGivenIdentical()).isZero();
  }

  @Test
  void a_generated_latent_may_differ_and_the_sign_of_a_given_zero_may_not() {
    Clip real = clip(new int[] {0, 0, 0}, new double[] {0, 0});
    float[] sound = {0, 0};
    assertThat(Joins.givenIdentical(result(real, new float[] {0, 9}, sound))).isTrue();
    assertThat(Joins.givenIdentical(result(real, new float[] {-0f, 9}, sound))).isFalse();
    assertThat(Joins.givenIdentical(result(real, new float[] {0, 9}, new float[] {1e-30f, 0})))
        .isFalse();
  }

  @Test
  void figures_are_differences_between_the_neighbours_of_a_join() {
    // Frame 0 is given; the real clip changes by 10 there, the result by 40.
    Clip real = clip(new int[] {100, 110, 250}, new double[] {0.1, 0.2});
    Clip made = clip(new int[] {100, 60, 0}, new double[] {0.1, 0.4});
    Joins joins = new Joins();
    joins.add(result(made, new float[] {1, 4}, new float[] {2, 1}), real);
    List<JoinBench.Across> across = joins.report().across();
    assertFigure(across.get(0), 3, 1);
    assertFigure(across.get(1), 1, 1);
    assertFigure(across.get(2), 40, 10);
    double[] decibels = {20 * Math.log10(4), 20 * Math.log10(2)};
    assertFigure(across.get(3), decibels[0], decibels[1]);
  }

  @Test
  void a_real_clip_does_not_differ_from_itself() {
    Clip real = clip(new int[] {100, 110, 250}, new double[] {0.1, 0.3});
    Joins joins = new Joins();
    joins.add(result(real, new float[] {0, 1}, new float[] {0, 1}), real);
    assertThat(joins.report().across())
        .allSatisfy(figure -> assertThat(figure.ratio()).isCloseTo(1, within(1e-9)));
  }

  private static void assertFigure(JoinBench.Across figure, double generated, double real) {
    assertThat(figure.joins()).isEqualTo(1);
    assertThat(figure.generated()).as(figure.what()).isCloseTo(generated, within(1e-3));
    assertThat(figure.real()).as(figure.what()).isCloseTo(real, within(1e-3));
    assertThat(figure.ratio()).as(figure.what()).isCloseTo(generated / real, within(1e-3));
  }

  private static JoinBench.Report run(Pipeline pipeline) {
    return JoinBench.run(
        pipeline,
        new SceneGenerator(TinyModel.FORMAT, SceneMix.all(), 1001),
        2,
        new Task.Continue(0.625),
        new Task.Inpaint(0.125, 0.625),
        SETTINGS,
        ProgressListener.NONE);
  }

  /**
   * Two latents of each modality, the first given; the real ones are 0 and 1. Frame 0 and half a
   * second of sound are given.
   */
  private static GenerateResult result(Clip decoded, float[] video, float[] audio) {
    boolean[] second = {false, true};
    return new GenerateResult(
        decoded,
        List.of(
            new GenerateResult.Stretch(Modality.VIDEO, 0, 1 / 8.0),
            new GenerateResult.Stretch(Modality.AUDIO, 0, 0.5)),
        List.of(
            new GenerateResult.Stretch(Modality.VIDEO, 1 / 8.0, 3 / 8.0),
            new GenerateResult.Stretch(Modality.AUDIO, 0.5, 1)),
        0,
        0,
        new GenerateResult.Diagnostics(
            decoded,
            TaskMask.of(Map.of(Modality.VIDEO, second, Modality.AUDIO, second)),
            Map.of(Modality.VIDEO, new float[] {0, 1}, Modality.AUDIO, new float[] {0, 1}),
            Map.of(Modality.VIDEO, video, Modality.AUDIO, audio)));
  }

  /**
   * Frames of one grey each, and a noise whose amplitude changes in the middle of a second. It
   * repeats itself, so that spectra on both sides differ in nothing else.
   */
  private static Clip clip(int[] greys, double[] amplitudes) {
    byte[] rgb = new byte[greys.length * 2 * 2 * 3];
    for (int i = 0; i < rgb.length; i++) {
      rgb[i] = (byte) greys[i / (rgb.length / greys.length)];
    }
    float[] samples = new float[RATE];
    float[] noise = new float[320];
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (float) random.nextDouble(-1, 1);
    }
    for (int i = 0; i < samples.length; i++) {
      samples[i] = (float) (amplitudes[2 * i / samples.length] * noise[i % noise.length]);
    }
    return Clip.of(new Video(rgb, greys.length, 2, 2, 8), Audio.mono(samples, RATE));
  }

  /** A pipeline whose results differ in the last bit of the first number of each modality. */
  private record Altering(Pipeline inner) implements Pipeline {
    @Override
    public ModelIndex index() {
      return inner.index();
    }

    @Override
    public boolean supports(Task task) {
      return inner.supports(task);
    }

    @Override
    public void check(GenerateRequest request) {
      inner.check(request);
    }

    @Override
    public GenerateResult generate(
        GenerateRequest request, ProgressListener listener, Cancellation cancellation) {
      GenerateResult result = inner.generate(request, listener, cancellation);
      GenerateResult.Diagnostics inside = result.diagnostics();
      Map<Modality, float[]> latents = new EnumMap<>(Modality.class);
      inside.latents().forEach((modality, values) -> latents.put(modality, values.clone()));
      latents.values().forEach(values -> values[0] = Math.nextUp(values[0]));
      return new GenerateResult(
          result.clip(),
          result.given(),
          result.generated(),
          result.seed(),
          result.seconds(),
          new GenerateResult.Diagnostics(inside.decoded(), inside.mask(), inside.given(), latents));
    }

    @Override
    public void close() {}
  }
}
