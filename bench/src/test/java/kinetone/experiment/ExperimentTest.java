package kinetone.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.data.EncoderDigest;
import kinetone.data.LatentCache;
import kinetone.data.LatentRoles;
import kinetone.data.LatentsFile;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.pipeline.Kinetone;
import kinetone.recipe.RecipeFile;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.tensor.Rng;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyJudges;
import kinetone.testkit.TinyModel;
import kinetone.train.ConfigLoader;
import org.bytedeco.pytorch.Device;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExperimentTest {
  private static final String RECIPE =
      """
      kind: denoiser
      latents: %1$s/latents
      heldOutLatents: %1$s/latents
      videoCodec: %1$s/tiny/video_codec
      audioCodec: %1$s/tiny/audio_codec
      format: {width: 16, height: 16, frames: 9, framesPerSecond: 8, samples: 9000, sampleRate: 8000}
      model:
        depth: 1
        width: 16
        heads: 2
        mlpRatio: 2
        gelu: ERF
        conditionSinusoids: 16
        conditionHidden: 16
        selfConditioning: false
        video: {frames: 3, height: 2, width: 2, channels: 4, patch: 1}
        audio: {length: 60, channels: 4, patch: 1}
      noiseLevels:
        vanilla: 1
        perTimeSegment: 0
        perModality: 0
        perSegmentAndModality: 0
        audioSegments: LATENT
      selfConditioningRate: 0
      batch: 4
      trainer:
        steps: 3
        seed: 1
        optimizer: {learningRate: 1.0e-3}
        schedule: {shape: CONSTANT, warmupSteps: 1}
        validateEvery: 3
        checkpoint: {everySteps: 1, keep: 2}
      """;

  private static final String EXPERIMENT =
      """
      title: "Tiny"
      recipe: %1$s/recipe.yaml
      system: monl
      trained: denoiser
      parts: {video_codec: %1$s/tiny/video_codec, audio_codec: %1$s/tiny/audio_codec}
      rates: {framesPerSecond: 8, sampleRate: 8000}
      world: 5
      judges: %1$s/judges
      tasks: [{task: v2a}, {task: continue, given: 0.625}]
      variants:
        - {name: one}
        - {name: each, tasks: {v2a: ["noiseLevels.tasks=[{task: v2a, weight: 1}]"], continue: [batch=2]}}
        - {name: other-way, like: one, options: {conditioning: replacement}}
      budgets:
        quick: {seeds: [1, 2], clips: 4, options: {num_inference_steps: 1}}
      claims:
        - {says: "Some claim.", relation: better, variant: one, than: [each], tasks: [v2a]}
      """;

  @TempDir static Path folder;

  @BeforeAll
  static void write() throws IOException {
    Path tiny = TinyModel.write(folder.resolve("tiny"));
    TinyJudges.write(folder.resolve("judges"), TinyModel.FORMAT.sampleRate());
    try (TensorScope scope = TensorScope.open();
        Rng rng = new Rng(3)) {
      Path latents = folder.resolve("latents");
      LatentCache.writeShard(
          latents,
          0,
          Map.of(
              LatentRoles.VIDEO, rng.normal(8, 3, 2, 2, 4),
              LatentRoles.AUDIO, rng.normal(8, 60, 4)),
          Map.of());
      new LatentsFile(
              Map.of("kind", "test"),
              TinyModel.FORMAT,
              8,
              8,
              Map.of(
                  LatentRoles.VIDEO, EncoderDigest.of(tiny.resolve("video_codec")),
                  LatentRoles.AUDIO, EncoderDigest.of(tiny.resolve("audio_codec"))),
              List.of())
          .write(latents);
    }
    Files.writeString(folder.resolve("recipe.yaml"), RECIPE.formatted(folder));
    Files.writeString(folder.resolve("experiment.yaml"), EXPERIMENT.formatted(folder));
  }

  private static Experiment experiment(String... overrides) {
    return ConfigLoader.load(
        folder.resolve("experiment.yaml"), List.of(overrides), Experiment.class);
  }

  private static ExperimentRun run(Path out, String... overrides) {
    return new ExperimentRun(
        experiment(overrides), "quick", out, Kinetone.Options.CPU, new Device("cpu"), Path::of);
  }

  /** Stops after so many steps and clips. */
  private static final class Stopping implements ExperimentListener {
    private final List<String> heard = new ArrayList<>();
    private final int after;

    Stopping(int after) {
      this.after = after;
    }

    @Override
    public void at(String piece, long done, long all) {
      heard.add(piece + " " + done);
    }

    @Override
    public boolean stop() {
      return heard.size() >= after;
    }
  }

  @Test
  void a_run_that_is_stopped_anywhere_goes_on_there_and_gives_the_same() throws IOException {
    Path whole = folder.resolve("whole");
    Stopping all = new Stopping(Integer.MAX_VALUE);
    ExperimentResult result = run(whole).run(all).orElseThrow();
    // Three networks of two seeds and three steps; three variants of two tasks, two seeds, 4 clips.
    assertThat(all.heard).hasSize(3 * 2 * 3 + 3 * 2 * 2 * 4).doesNotHaveDuplicates();

    Path pieces = folder.resolve("pieces");
    Optional<ExperimentResult> stopped = Optional.empty();
    List<String> heard = new ArrayList<>();
    for (int i = 0; i < 40 && stopped.isEmpty(); i++) {
      Stopping some = new Stopping(7);
      stopped = run(pieces).run(some);
      heard.addAll(some.heard);
    }
    assertThat(stopped).contains(result);
    assertThat(heard.stream().distinct()).containsExactlyInAnyOrderElementsOf(all.heard);
    assertThat(run(whole).run(new Stopping(1))).contains(result);

    ExperimentFiles.write(whole, result);
    try (Stream<Path> files = Files.list(whole)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .contains(
              "result.json",
              "result.md",
              "fr-chet-distance-sound.png",
              "onset-f1-within-125-ms.png");
    }
    assertThat(Files.readString(whole.resolve("result.md")))
        .contains(
            "- Some claim. **", "| real |", "| each |", "| other-way |", "| each continue | ");
    assertThat(result.losses())
        .extracting(ExperimentResult.Loss::network)
        .containsOnly("one", "each v2a", "each continue");
    assertThat(result.losses())
        .filteredOn(loss -> loss.part().equals("vanilla"))
        .hasSize(3)
        .allSatisfy(loss -> assertThat(loss.bySeed()).hasSize(2).doesNotHaveDuplicates())
        .doesNotHaveDuplicates();
    assertThat(Json.fileTree(whole.resolve("result.json"), "a result").get("seeds")).hasSize(2);
  }

  @Test
  void variants_differ_by_training_by_task_and_by_sampling() {
    Path out = folder.resolve("differ");
    ExperimentResult result = run(out).run((piece, done, all) -> {}).orElseThrow();
    List<List<Double>> sounds =
        result.rows().stream()
            .filter(row -> row.task().equals("continue") && row.quantity().endsWith("sound"))
            .map(ExperimentResult.Row::bySeed)
            .toList();
    assertThat(sounds).hasSize(4).doesNotHaveDuplicates();
    assertThat(sounds.get(1)).doesNotHaveDuplicates();
    assertThat(out.resolve("each/seed-1/v2a/model/model_index.json")).exists();
    assertThat(out.resolve("other-way/seed-1/model")).doesNotExist();
    assertThatThrownBy(() -> run(out, "world=6").run((piece, done, all) -> {}))
        .hasMessageContaining("has another experiment or budget; choose another --out");
  }

  @Test
  void the_same_network_speaks_through_other_parts() {
    Path codec = folder.resolve("other");
    TinyModel.writeAudioCodec(codec, 4, 13);
    String[] overrides = {
      "claims=[]",
      "tasks=[{task: v2a}]",
      "budgets.quick.seeds=[1]",
      "variants=[{name: one}, {name: other, like: one, parts: {audio_codec: %s/audio_codec}}]"
          .formatted(codec)
    };
    Path out = folder.resolve("parts");
    ExperimentResult result = run(out, overrides).run((piece, done, all) -> {}).orElseThrow();
    assertThat(out.resolve("other/seed-1/model/model_index.json")).exists();
    assertThat(out.resolve("other/seed-1/run")).doesNotExist();
    assertThat(result.rows().stream().filter(row -> row.quantity().endsWith("sound")))
        .extracting(ExperimentResult.Row::bySeed)
        .hasSize(3)
        .doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          claims=[{says: a, relation: better, variant: none, than: [one], tasks: [v2a]}] | variant 'none' is unknown; there are each, one, other-way
          claims=[{says: a, relation: better, variant: one, than: [each], tasks: [a2v]}] | task 'a2v' is unknown
          tasks=[{task: v2a, given: 1}] | given belongs to continue
          tasks=[{task: inpaint, from: 1}] | from and to belong to inpaint
          tasks=[{task: v2a}, {task: v2a}] | a task stands twice
          variants=[{name: real}] | has the name of real scenes
          variants=[{name: A}] | a name is of small letters
          variants=[{name: a, like: b}, {name: b, like: a}] | which has none of its own
          variants=[{name: a, set: [batch=x]}] | batch
          variants=[{name: a, options: {speed: 1}}] | unknown option 'speed'
          variants=[{name: a, taskOptions: {v2a: {speed: 1}}}] | unknown option 'speed'
          variants=[{name: a, captions: true}] | models of the system 'monl' hear no words
          variants=[{name: a, taskOptions: {joint: {}}}] | task 'joint' is unknown
          variants=[{name: a, parts: {denoiser: x}}] | part 'denoiser' is what the recipe trains
          budgets.quick.seeds=[1, 1] | repeat one
          budgets.quick.clips=0 | clips
          """)
  void what_is_wrong_is_told_before_anything_is_trained(String override, String says) {
    assertThatThrownBy(() -> run(folder.resolve("wrong"), "claims=[]", override))
        .hasMessageContaining(says);
    assertThat(folder.resolve("wrong")).doesNotExist();
  }

  @Test
  void what_a_model_refuses_is_told_after_its_training_and_goes_away_in_that_task_alone() {
    Path out = folder.resolve("refused");
    String tasks = "tasks=[{task: joint}, {task: v2a}]";
    String variants = "variants=[{name: one, options: {conditioning: replacement}%s}, {name: two}]";
    assertThatThrownBy(
            () ->
                run(out, "claims=[]", tasks, variants.formatted(""))
                    .run(new Stopping(Integer.MAX_VALUE)))
        .hasMessageContaining("task joint gives nothing, so conditioning replacement");
    assertThat(out.resolve("one/seed-1/model")).exists();
    assertThat(out.resolve("one/seed-2")).doesNotExist();
    assertThat(out.resolve("two")).doesNotExist();
    String but = ", taskOptions: {joint: {conditioning: condition}}";
    Path other = folder.resolve("taken");
    assertThat(
            run(other, "claims=[]", tasks, variants.formatted(but))
                .run(new Stopping(Integer.MAX_VALUE)))
        .isPresent();
  }

  static List<String> experimentsThatAreThere() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("../configs/experiments"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".yaml", ""))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest
  @MethodSource("experimentsThatAreThere")
  void the_experiments_that_are_there_have_recipes_and_options_that_are_known(String name) {
    Path root = Path.of("..").toAbsolutePath().normalize();
    Experiment experiment =
        ConfigLoader.load(
            root.resolve("configs/experiments").resolve(name + ".yaml"),
            List.of(),
            Experiment.class);
    assertThat(experiment.claims()).isNotEmpty();
    for (String budget : experiment.budgets().keySet()) {
      Experiment here =
          new Experiment(
              experiment.title(),
              root.resolve(experiment.recipe()).toString(),
              experiment.set(),
              experiment.system(),
              experiment.trained(),
              experiment.parts(),
              experiment.rates(),
              experiment.world(),
              experiment.judges(),
              experiment.tasks(),
              experiment.variants(),
              experiment.budgets(),
              experiment.claims());
      new ExperimentRun(here, budget, folder, Kinetone.Options.CPU, new Device("cpu"), Path::of);
    }
    assertThat(RecipeFile.read(root.resolve(experiment.recipe()), experiment.set())).isNotNull();
  }

  @Test
  void parts_of_clips_are_cut_by_time() {
    ClipFormat format = TinyModel.FORMAT;
    Clip clip = new SceneGenerator(format, SceneMix.all(), 1).scene(0).clip();
    Clip part = new Span(0.625, 1.125).of(clip);
    assertThat(part.video().orElseThrow().frames()).isEqualTo(4);
    assertThat(part.audio().orElseThrow().length()).isEqualTo(4000);
    assertThat(part.video().orElseThrow().rgb()[0])
        .isEqualTo(clip.video().orElseThrow().rgb()[5 * 16 * 16 * 3]);
    assertThat(part.audio().orElseThrow().samples()[0][7])
        .isEqualTo(clip.audio().orElseThrow().samples()[0][5007]);
    assertThat(new Span(0.5, 1).of(new double[] {0.4, 0.5, 0.75, 1})).containsExactly(0, 0.25);
  }
}
