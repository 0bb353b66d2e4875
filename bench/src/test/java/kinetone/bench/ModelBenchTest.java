package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class ModelBenchTest {
  private static final SamplingSettings SETTINGS =
      new SamplingSettings(
          OptionValues.NONE
              .with(CommonOptions.NUM_INFERENCE_STEPS, 2)
              .with(CommonOptions.GUIDANCE_SCALE, 1.0));

  private static final SceneGenerator SCENES =
      new SceneGenerator(TinyModel.FORMAT, SceneMix.impacts(), 1001);

  @TempDir static Path folder;

  @BeforeAll
  static void writeModel() {
    TinyModel.write(folder);
  }

  @Test
  void every_sampler_is_timed_with_and_without_guidance() {
    try (Pipeline model = Kinetone.load(folder, Kinetone.Options.CPU)) {
      SamplerBench.Report report = SamplerBench.run(model, SCENES.scene(0).clip(), 3, 1.5, 1);
      assertThat(report.cases())
          .extracting(SamplerBench.Case::sampler)
          .containsExactly("ddim", "ddim", "dpmpp", "dpmpp");
      assertThat(report.cases())
          .extracting(SamplerBench.Case::guidanceScale)
          .containsExactly(1.0, 1.5, 1.0, 1.5);
      assertThat(report.cases())
          .allMatch(one -> one.secondsPerStep() > 0 && one.ofFirst() > 0)
          .allMatch(one -> one.secondsPerSample() > 3 * one.secondsPerStep());
    }
  }

  @Test
  void codecs_and_synchrony_of_an_untrained_model_are_measured() {
    CodecBench.Report codec =
        CodecBench.run(
            folder.resolve("video_codec"),
            folder.resolve("audio_codec"),
            TinyModel.FORMAT,
            SCENES,
            2);
    assertThat(codec.means())
        .extracting(Mean::what)
        .containsExactly(CodecBench.PSNR, "log-mel L1, dB");
    assertThat(codec.means())
        .allSatisfy(
            mean -> {
              assertThat(mean.low()).isLessThan(mean.mean());
              assertThat(mean.high()).isGreaterThan(mean.mean());
            });
    // Of two scenes the draws are one of them twice, or both.
    assertThat(codec.means().get(0).low()).isEqualTo(codec.worstVideoPsnr());
    try (Pipeline model = Kinetone.load(folder, Kinetone.Options.CPU)) {
      SyncBench.Report sync =
          SyncBench.run(model, SCENES, 2, SETTINGS, false, (phase, step, steps) -> {});
      assertThat(sync.onsets())
          .hasSize(16)
          .allSatisfy(
              score -> {
                assertThat(score.f1()).as(score.what()).isBetween(0.0, 1.0);
                assertThat(score.low()).isLessThanOrEqualTo(score.f1());
                assertThat(score.high()).isGreaterThanOrEqualTo(score.f1());
              });
      assertThat(sync.score("video to audio, fixed grid", 50).f1())
          .isLessThanOrEqualTo(sync.score("video to audio, fixed grid", 125).f1());
      assertThat(sync.score("audio to video, own picture", 125).f1()).isPositive();
    }
  }

  @Test
  void joins_of_a_long_sound_are_looked_at() {
    try (Pipeline model = Kinetone.load(folder, Kinetone.Options.CPU)) {
      SeamBench.Report report = SeamBench.run(model, 2, 2, 7, SETTINGS, (phase, step, steps) -> {});
      // 9 pictures every 3, 16 in all: 4 windows, 3 joins a scene.
      assertThat(report.joins()).isEqualTo(6);
      assertThat(report.ratios()).extracting(Ratio::what).containsExactly("generated", "own sound");
      assertThat(report.secondsOfSound()).isCloseTo(4, within(1e-9));
    }
  }

  @Test
  void onsets_at_joins_are_told_from_others() {
    SeamBench.Count count =
        SeamBench.Count.of(
            new double[] {0.5, 1.45, 2.9, 3.3, 4.04}, new double[] {1.5, 3}, 0.125, 4.05);
    assertThat(count.near()).isEqualTo(2);
    assertThat(count.far()).isEqualTo(2);
    assertThat(count.nearRate()).isCloseTo(4, within(1e-9));
    assertThat(count.ratio()).isCloseTo(4 / (2 / 3.5), within(1e-9));
  }

  @Test
  void a_started_process_reaches_its_first_denoising_step() {
    StartBench.Report report = StartBench.run(folder, 1);
    assertThat(report.moments())
        .extracting(StartBench.Reached::moment)
        .containsExactly("jvm", "engine", "model", "first step begins", "first step done");
    assertThat(report.moments().stream().map(StartBench.Reached::minSeconds).toList())
        .isSorted()
        .allMatch(seconds -> seconds > 0);
  }

  @Test
  void start_takes_minimum_and_median_of_the_runs() {
    Map<StartBench.Moment, double[]> seconds = new EnumMap<>(StartBench.Moment.class);
    seconds.put(StartBench.Moment.MODEL, new double[] {3, 1, 2});
    assertThat(StartBench.report(seconds))
        .isEqualTo(new StartBench.Report(3, List.of(new StartBench.Reached("model", 1, 2))));
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memory_is_measured_after_the_first_fifty_and_at_the_end() {
    MemoryBench.Report report = MemoryBench.run(TinyModel.DENOISER, 1, 60, 10, 2);
    assertThat(report.training().settled()).isEqualTo(30);
    assertThat(report.sampling().count()).isEqualTo(10);
    assertThat(report.training().firstBytes()).isGreaterThan(1 << 20);
    assertThat(MemoryBench.growth(200, i -> {}).settled()).isEqualTo(50);
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void memory_of_whole_generations_is_measured() {
    try (Pipeline model = Kinetone.load(folder, Kinetone.Options.CPU)) {
      assertThat(MemoryBench.run(model, TinyModel.DENOISER, 1, 2, 2, 2).sampling().lastBytes())
          .isGreaterThan(1 << 20);
    }
  }

  @Test
  void growth_is_in_percent_of_the_first_figure() {
    assertThat(MemoryBench.Growth.of(100, 50, 200, 210).growthPercent())
        .isCloseTo(5, within(1e-12));
  }

  @Test
  void resident_set_is_read_in_kibibytes() {
    assertThat(ResidentSet.bytes(List.of("Name:\tjava", "VmRSS:\t   2048 kB"))).isEqualTo(2 << 20);
  }
}
