package kinetone.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import kinetone.testkit.TinyJudges;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JointBenchTest {
  private static final Path SHIPPED = Path.of("../models/kinds-scenes");
  private static final SamplingSettings SETTINGS =
      new SamplingSettings(
          OptionValues.NONE
              .with(CommonOptions.NUM_INFERENCE_STEPS, 2)
              .with(CommonOptions.GUIDANCE_SCALE, 1.0));

  private static final SceneGenerator SCENES =
      new SceneGenerator(TinyModel.FORMAT, SceneMix.all(), 5);

  @TempDir static Path folder;

  @BeforeAll
  static void write() {
    TinyModel.write(folder.resolve("model"));
    TinyJudges.write(folder.resolve("judges"), TinyModel.FORMAT.sampleRate());
  }

  private static JointBench.Report run(long seed, JointBench.Audience audience) {
    try (Pipeline model = Kinetone.load(folder.resolve("model"), Kinetone.Options.CPU);
        JointJudge judge = new JointJudge(folder.resolve("judges"))) {
      return JointBench.run(
          model,
          folder.resolve("model"),
          judge,
          SCENES,
          JointBench.Asked.BY_SEED,
          3,
          seed,
          SETTINGS,
          audience,
          (phase, step, steps) -> {});
    }
  }

  @Test
  void generated_clips_stand_beside_real_ones_and_the_same_seed_gives_the_same_figures() {
    List<Long> seeds = new ArrayList<>();
    List<Clip> clips = new ArrayList<>();
    JointBench.Report report =
        run(
            40,
            (seed, clip, judged) -> {
              seeds.add(seed);
              clips.add(clip);
            });
    assertThat(seeds).containsExactly(40L, 41L, 42L);
    assertThat(clips.get(0).video().orElseThrow().frames()).isEqualTo(9);
    assertThat(report.figures()).hasSizeGreaterThan(15);
    for (JointBench.Figure figure : report.figures()) {
      if (figure.what().contains("sharpness") || figure.what().contains("Fréchet")) {
        assertThat(figure.generated().value()).as(figure.what()).isPositive();
        assertThat(figure.throughCodecs().value())
            .as(figure.what())
            .isNotEqualTo(figure.real().value());
      }
    }
    assertThat(report.figure("picture classifier names the true kind").generated()).isNull();
    assertThat(report.figure("picture classifier names the true kind").real()).isNotNull();
    assertThat(report.kinds()).hasSize(SceneKind.values().length);
    assertThat(report.kinds().stream().mapToLong(JointBench.KindCount::realMade).sum())
        .isEqualTo(3);
    JointBench.Report again = run(40, (seed, clip, judged) -> {});
    assertThat(again.figures()).isEqualTo(report.figures());
    assertThat(again.kinds()).isEqualTo(report.kinds());
    JointBench.Report others = run(80, (seed, clip, judged) -> {});
    assertThat(others.figure("sharpness of pictures").generated())
        .isNotEqualTo(report.figure("sharpness of pictures").generated());
    assertThat(others.figure("sharpness of pictures").real())
        .isEqualTo(report.figure("sharpness of pictures").real());
  }

  @Test
  void a_model_that_does_not_make_both_is_refused_before_it_makes_anything() {
    Path silent = folder.resolve("mdsgen");
    TinyMdsgen.write(silent);
    try (Pipeline model = Kinetone.load(silent, Kinetone.Options.CPU);
        JointJudge judge = new JointJudge(folder.resolve("judges"))) {
      assertThatThrownBy(
              () ->
                  JointBench.run(
                      model,
                      silent,
                      judge,
                      SCENES,
                      JointBench.Asked.BY_SEED,
                      2,
                      0,
                      SETTINGS,
                      (seed, clip, judged) -> {},
                      (phase, step, steps) -> {}))
          .hasMessageContaining("do not make picture and sound together");
    }
  }

  @Test
  void captions_are_for_models_that_hear_words() {
    try (Pipeline model = Kinetone.load(folder.resolve("model"), Kinetone.Options.CPU);
        JointJudge judge = new JointJudge(folder.resolve("judges"))) {
      assertThatThrownBy(() -> byCaption(model, folder.resolve("model"), judge, SCENES))
          .hasMessageContaining("hear no words; leave --captions out");
    }
    Path words = Path.of("../models/uniform-scenes");
    try (Pipeline model = Kinetone.load(words, Kinetone.Options.CPU);
        JointJudge judge = new JointJudge(SHIPPED)) {
      SceneGenerator scenes = new SceneGenerator(model.index().format(), SceneMix.all(), 5);
      SceneGenerator others = new SceneGenerator(model.index().format(), SceneMix.all(), 6);
      JointBench.Report told = byCaption(model, words, judge, scenes);
      assertThat(told.asked()).isEqualTo("by the captions of the real clips");
      assertThat(byCaption(model, words, judge, others).figure("sharpness of pictures").generated())
          .isNotEqualTo(told.figure("sharpness of pictures").generated());
    }
  }

  private static JointBench.Report byCaption(
      Pipeline model, Path path, JointJudge judge, SceneGenerator scenes) {
    return JointBench.run(
        model,
        path,
        judge,
        scenes,
        JointBench.Asked.BY_CAPTION,
        2,
        0,
        new SamplingSettings(OptionValues.NONE.with(CommonOptions.NUM_INFERENCE_STEPS, 2)),
        (seed, clip, judged) -> {},
        (phase, step, steps) -> {});
  }

  @Test
  void a_judge_of_another_rate_or_sense_is_refused() throws IOException {
    try (JointJudge judge = new JointJudge(folder.resolve("judges"))) {
      assertThatThrownBy(() -> judge.requireFit(ClipFormat.of(64, 64, 16, 10, 16000)))
          .hasMessageContaining("16000 Hz, the classifier of sound hears 8000 Hz");
    }
    Path swapped = folder.resolve("swapped");
    copy(folder.resolve("judges/sound"), swapped.resolve("picture"));
    copy(folder.resolve("judges/picture"), swapped.resolve("sound"));
    assertThatThrownBy(() -> new JointJudge(swapped)).hasMessageContaining("judges sound");
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    for (String name : new String[] {"config.json", "model.safetensors"}) {
      Files.copy(from.resolve(name), to.resolve(name));
    }
  }

  /** One scene of each kind, in both formats; none was seen in training. */
  private static Map<SceneKind, Clip> scenes(ClipFormat format) {
    Map<SceneKind, Clip> clips = new EnumMap<>(SceneKind.class);
    SceneGenerator scenes = new SceneGenerator(format, SceneMix.all(), 77);
    for (int i = 0; clips.size() < SceneKind.values().length; i++) {
      if (!clips.containsKey(scenes.kind(i))) {
        Scene scene = scenes.scene(i);
        assertThat(scene.truth().kind()).isEqualTo(scenes.kind(i));
        clips.put(scenes.kind(i), scene.clip());
      }
    }
    return clips;
  }

  @Test
  void the_shipped_classifiers_name_every_kind_and_are_not_fooled_by_the_other_sense() {
    try (JointJudge judge = new JointJudge(SHIPPED)) {
      for (ClipFormat format :
          List.of(
              ClipFormat.of(64, 64, 17, 8, 16000),
              ClipFormat.of(64, 64, 16, 10, 16000),
              ClipFormat.of(128, 128, 16, 10, 16000))) {
        judge.requireFit(format);
        Map<SceneKind, Clip> clips = scenes(format);
        clips.forEach(
            (kind, clip) -> {
              JudgedClip judged = judge.judge(clip);
              assertThat(judged.seen()).isEqualTo(kind);
              assertThat(judged.heard()).isEqualTo(kind);
            });
        Clip mixed =
            Clip.of(
                clips.get(SceneKind.BALL).video().orElseThrow(),
                clips.get(SceneKind.SIREN).audio().orElseThrow());
        assertThat(judge.judge(mixed).seen()).isEqualTo(SceneKind.BALL);
        assertThat(judge.judge(mixed).heard()).isEqualTo(SceneKind.SIREN);
        assertThat(judge.judge(mixed).agrees()).isFalse();
      }
    }
  }

  @Test
  void kinds_are_told_by_their_names_and_not_by_their_places() throws IOException {
    Path renamed = folder.resolve("renamed");
    copy(SHIPPED.resolve("picture"), renamed.resolve("picture"));
    copy(SHIPPED.resolve("sound"), renamed.resolve("sound"));
    Path config = renamed.resolve("picture/config.json");
    String text = Files.readString(config);
    Files.writeString(
        config,
        text.replace("\"ball\"", "\"?\"").replace("\"bell\"", "\"ball\"").replace("?", "bell"));
    Clip ball = scenes(ClipFormat.of(64, 64, 17, 8, 16000)).get(SceneKind.BALL);
    try (JointJudge judge = new JointJudge(renamed)) {
      assertThat(judge.judge(ball).seen()).isEqualTo(SceneKind.BELL);
      assertThat(judge.judge(ball).heard()).isEqualTo(SceneKind.BALL);
    }
    Files.writeString(config, text.replace("\"ball\"", "\"cat\""));
    assertThatThrownBy(() -> new JointJudge(renamed)).hasMessageContaining("'cat'");
  }
}
