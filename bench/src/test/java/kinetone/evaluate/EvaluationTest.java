package kinetone.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.CancellationException;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import kinetone.common.KinetoneException;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluationTest {
  private static final SceneJudges JUDGES = SceneJudges.in(Path.of("../models"));
  private static final int CLIPS = 8;

  @TempDir static Path shared;

  @TempDir Path folder;

  /** Counts how often it looks at a clip, and says how long it is. */
  private static final class Spy implements Measure {
    private final List<Clip> seen = new ArrayList<>();
    private final double step;

    Spy() {
      this(0);
    }

    /** Says {@code step} more of each clip than of the one before. */
    Spy(double step) {
      this.step = step;
    }

    @Override
    public String id() {
      return step == 0 ? "spy" : "rising-spy";
    }

    @Override
    public double[][] of(Clip clip) {
      seen.add(clip);
      return new double[][] {{clip.seconds() + step * seen.size()}};
    }

    Metric metric() {
      return new MeanMetric("spy", "length", "Seconds.", Metric.Better.HIGHER, false, this);
    }
  }

  @BeforeAll
  static void write() throws IOException {
    write(shared.resolve("real"), 5);
    write(shared.resolve("other"), 6);
  }

  private static void write(Path folder, long world) throws IOException {
    Files.createDirectories(folder);
    SceneGenerator scenes =
        new SceneGenerator(ClipFormat.of(64, 64, 9, 8, 16000), SceneMix.all(), world);
    for (int i = 0; i < CLIPS; i++) {
      ClipWriter.writeMp4(folder.resolve("%d.mp4".formatted(i)), scenes.scene(i).clip());
    }
  }

  /** The clips of the real set with what {@code change} makes of them. */
  private Path altered(String name, UnaryOperator<Clip> change) throws IOException {
    Path altered = Files.createDirectories(folder.resolve(name));
    SceneGenerator scenes =
        new SceneGenerator(ClipFormat.of(64, 64, 9, 8, 16000), SceneMix.all(), 5);
    for (int i = 0; i < CLIPS; i++) {
      ClipWriter.writeMp4(
          altered.resolve("%d.mp4".formatted(i)), change.apply(scenes.scene(i).clip()));
    }
    return altered;
  }

  private EvaluationReport evaluate(List<Metric> metrics, Path... made) {
    List<Evaluation.ClipSet> sets = new ArrayList<>();
    for (Path one : made) {
      sets.add(new Evaluation.ClipSet(one.getFileName().toString(), one));
    }
    return new Evaluation(metrics, folder.resolve("features"), 0, OptionalDouble.empty())
        .run(
            new Evaluation.ClipSet("real", shared.resolve("real")),
            sets,
            ProgressListener.NONE,
            new Cancellation());
  }

  private static double figure(EvaluationReport report, String metric, int set) {
    return report.metrics().stream()
        .filter(one -> one.name().equals(metric))
        .findFirst()
        .orElseThrow()
        .sets()
        .get(set)
        .figures()
        .get(0)
        .interval()
        .value();
  }

  private static Path copy(Path from, Path to) throws IOException {
    Files.createDirectories(to);
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.copy(file, to.resolve(file.getFileName()));
      }
    }
    return to;
  }

  @Test
  void what_is_done_to_sound_and_picture_moves_the_metrics_that_are_for_it() throws IOException {
    Path silent =
        altered(
            "silent",
            clip ->
                Clip.of(
                    clip.video().orElseThrow(),
                    Audio.mono(new float[clip.audio().orElseThrow().length()], 16000)));
    Path late = altered("late", clip -> Clip.of(clip.video().orElseThrow(), late(clip)));
    try (Metrics metrics = new Metrics(JUDGES, Path.of("../models"))) {
      EvaluationReport report =
          evaluate(
              metrics.all(), copy(shared.resolve("real"), folder.resolve("same")), silent, late);
      for (String distance : List.of("fd-picture", "fd-sound", "kl-picture", "kl-sound")) {
        assertThat(figure(report, distance, 0)).as(distance).isCloseTo(0, within(1e-3));
      }
      for (String distance : List.of("fd-sound", "kl-sound")) {
        assertThat(figure(report, distance, 1)).as(distance).isGreaterThan(1);
      }
      assertThat(figure(report, "fd-picture", 1)).isLessThan(1e-3);
      assertThat(figure(report, "onsets-125", 2)).isLessThan(figure(report, "onsets-125", 0) - 0.2);
      assertThat(report.faults())
          .filteredOn(fault -> fault.set().equals("silent"))
          .hasSize(CLIPS)
          .allSatisfy(fault -> assertThat(fault.what()).contains("silent"))
          .allSatisfy(fault -> assertThat(fault.counted()).isTrue());
    }
  }

  /** The sound half a second later. */
  private static Audio late(Clip clip) {
    float[] samples = clip.audio().orElseThrow().samples()[0];
    float[] moved = new float[samples.length];
    System.arraycopy(samples, 0, moved, 8000, samples.length - 8000);
    return Audio.mono(moved, 16000);
  }

  @Test
  void a_damaged_clip_is_listed_and_does_not_count() throws IOException {
    Path made = copy(shared.resolve("other"), folder.resolve("made"));
    Files.writeString(made.resolve("3.mp4"), "no clip");
    Spy spy = new Spy();
    EvaluationReport report = evaluate(List.of(spy.metric()), made);
    assertThat(report.faults()).hasSize(1);
    assertThat(report.faults().get(0).clip()).isEqualTo("3.mp4");
    assertThat(report.faults().get(0).counted()).isFalse();
    assertThat(report.metrics().get(0).sets().get(0).clips()).isEqualTo(CLIPS - 1);
  }

  @Test
  void no_clip_is_measured_twice_whatever_it_is_called() throws IOException {
    Path made = copy(shared.resolve("other"), folder.resolve("made"));
    Files.copy(made.resolve("1.mp4"), made.resolve("again.mp4"));
    Spy spy = new Spy();
    EvaluationReport first = evaluate(List.of(spy.metric()), made);
    assertThat(spy.seen).hasSize(2 * CLIPS);
    EvaluationReport second = evaluate(List.of(spy.metric()), made);
    assertThat(spy.seen).hasSize(2 * CLIPS);
    assertThat(EvaluationFiles.json(second)).isEqualTo(EvaluationFiles.json(first));
  }

  @Test
  void numbers_that_are_damaged_on_disk_are_measured_anew() throws IOException {
    Spy spy = new Spy();
    Path other = shared.resolve("other");
    String whole = EvaluationFiles.json(evaluate(List.of(spy.metric()), other));
    try (Stream<Path> entries = Files.walk(folder.resolve("features").resolve("spy"))) {
      Path entry = entries.filter(Files::isRegularFile).sorted().findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(entry);
      Files.write(entry, Arrays.copyOf(bytes, bytes.length - 3));
    }
    assertThat(EvaluationFiles.json(evaluate(List.of(spy.metric()), other))).isEqualTo(whole);
    assertThat(spy.seen).hasSize(2 * CLIPS + 1);
  }

  @Test
  void what_was_stopped_goes_on_where_it_was() {
    Spy spy = new Spy();
    Cancellation cancellation = new Cancellation();
    Evaluation evaluation =
        new Evaluation(
            List.of(spy.metric()), folder.resolve("features"), 0, OptionalDouble.empty());
    Evaluation.ClipSet real = new Evaluation.ClipSet("real", shared.resolve("real"));
    List<Evaluation.ClipSet> made =
        List.of(new Evaluation.ClipSet("other", shared.resolve("other")));
    ProgressListener stops =
        (set, step, all) -> {
          if (step == 3) {
            cancellation.cancel();
          }
        };
    assertThatThrownBy(() -> evaluation.run(real, made, stops, cancellation))
        .isInstanceOf(CancellationException.class);
    assertThat(spy.seen).hasSize(3);
    evaluation.run(real, made, ProgressListener.NONE, new Cancellation());
    assertThat(spy.seen).hasSize(2 * CLIPS);
  }

  @Test
  void what_was_given_to_a_continuation_can_be_left_out() {
    Spy spy = new Spy();
    new Evaluation(List.of(spy.metric()), folder.resolve("features"), 0.5, OptionalDouble.of(0.25))
        .run(
            new Evaluation.ClipSet("real", shared.resolve("real")),
            List.of(new Evaluation.ClipSet("other", shared.resolve("other"))),
            ProgressListener.NONE,
            new Cancellation());
    assertThat(spy.seen).hasSize(2 * CLIPS);
    assertThat(spy.seen).allSatisfy(clip -> assertThat(clip.seconds()).isEqualTo(0.25));
    // Numbers of a part are not taken for those of the whole.
    evaluate(List.of(spy.metric()), shared.resolve("other"));
    assertThat(spy.seen).hasSize(4 * CLIPS);
  }

  @Test
  void sets_are_compared_clip_by_clip() throws IOException {
    Path shorter =
        altered(
            "shorter",
            clip ->
                Clip.of(
                    clip.video().orElseThrow(),
                    Audio.mono(new float[16000 * (2 + clip.video().get().rgb()[0] % 2)], 16000)));
    EvaluationReport report =
        evaluate(List.of(new Spy().metric()), shared.resolve("other"), shorter);
    EvaluationReport.Difference difference = report.metrics().get(0).differences().get(0);
    assertThat(difference.pairs()).isEqualTo(CLIPS);
    assertThat(difference.interval().low()).isPositive();
    assertThat(difference.p()).isLessThan(0.01);
  }

  @Test
  void the_report_is_written_for_people_and_for_programs() throws IOException {
    Path made = copy(shared.resolve("other"), folder.resolve("made & <b>more"));
    Files.move(made.resolve("0.mp4"), made.resolve("0 <i>#.mp4"));
    List<Evaluation.ClipSet> sets =
        List.of(
            new Evaluation.ClipSet("real", shared.resolve("real")),
            new Evaluation.ClipSet(made.getFileName().toString(), made));
    Path out = Files.createDirectories(folder.resolve("report"));
    EvaluationFiles.write(out, evaluate(List.of(new Spy().metric()), made), sets);
    assertThat(out.resolve("index.html"))
        .content()
        .contains("1.125 for every clip.")
        .doesNotContain("best");
    EvaluationFiles.write(out, evaluate(List.of(new Spy(1).metric()), made), sets);
    assertThat(out.resolve("index.html"))
        .content()
        .contains("Seconds.", "made &amp; &lt;b&gt;more", "../made%20%26%20%3Cb%3E")
        .doesNotContain("<b>", "<i>");
    assertThat(out.resolve("report.json")).content().contains("\"spy\"").doesNotContain("NaN");
    assertThat(out.resolve("figures.csv")).content().startsWith("metric,figure,set,clips,value");
    assertThat(out.resolve("clips.csv")).content().hasLineCount(1 + CLIPS);
  }

  @Test
  void names_tell_what_was_made_from_what() {
    Measured real = named("00002-ball.mp4", "00003-rain.mp4");
    Measured made =
        named("003-00003-rain-v2a-seed7.mkv", "00002-ball-v2a-seed-7.mp4", "00004-fire.mp4");
    assertThat(made.pairs(real)).containsExactly(new int[] {0, 1}, new int[] {1, 0});
  }

  private static Measured named(String... clips) {
    return new Measured(List.of(clips), List.of());
  }

  @Test
  void what_is_not_there_is_told_with_what_is() {
    try (Metrics metrics = new Metrics(JUDGES, Path.of("../models"))) {
      assertThatThrownBy(() -> metrics.named(List.of("fxd")))
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("'fxd' is not known")
          .hasMessageContaining("fd-picture");
    }
    assertThatThrownBy(() -> Evaluation.clips(folder)).hasMessageContaining("holds no clip");
    assertThatThrownBy(() -> Evaluation.clips(folder.resolve("none")))
        .hasMessageContaining("no folder");
  }
}
