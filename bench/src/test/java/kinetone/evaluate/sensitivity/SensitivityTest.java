package kinetone.evaluate.sensitivity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.IntStream;
import kinetone.evaluate.EvaluationFiles;
import kinetone.evaluate.Metrics;
import kinetone.evaluate.SceneJudges;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.metric.Bootstrap;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SensitivityTest {
  private static final int CLIPS = 16;
  private static final Alteration[] ALTERATIONS = {Alteration.SWAPPED, Alteration.BLURRED};

  @TempDir Path folder;

  private Path scenes(int count) throws IOException {
    Path real = Files.createDirectories(folder.resolve("real"));
    SceneGenerator scenes =
        new SceneGenerator(ClipFormat.of(32, 32, 17, 8, 16000), SceneMix.all(), 1001);
    for (int i = 0; i < count; i++) {
      ClipWriter.writeMp4(real.resolve("%05d.mp4".formatted(i)), scenes.scene(i).clip());
    }
    return real;
  }

  private SensitivityReport run(Path real, Alteration... alterations) {
    try (Metrics metrics = new Metrics(SceneJudges.in(Path.of("../models")), folder)) {
      return new Sensitivity(
              metrics.named(List.of("kl-sound", "silence", "sharpness", "drift")),
              List.of(alterations),
              folder.resolve("work"),
              10,
              1)
          .run(real, CLIPS, ProgressListener.NONE, new Cancellation());
    }
  }

  private static String reaction(SensitivityReport report, String metric, Alteration alteration) {
    return report.rows().stream()
        .filter(row -> row.metric().equals(metric))
        .filter(row -> row.alteration().equals(alteration.title()))
        .findFirst()
        .orElseThrow()
        .reaction();
  }

  @Test
  void each_metric_moves_with_what_it_is_for_and_with_nothing_else() throws IOException {
    Path real = scenes(CLIPS);
    SensitivityReport report = run(real, ALTERATIONS);
    String steadily = Reaction.STEADILY.words();
    String same = Reaction.BLIND.words();
    assertThat(reaction(report, "sharpness", Alteration.BLURRED)).isEqualTo(steadily);
    assertThat(reaction(report, "kl-sound", Alteration.SWAPPED)).isEqualTo(steadily);
    assertThat(reaction(report, "kl-sound", Alteration.BLURRED)).isEqualTo(same);
    assertThat(reaction(report, "silence", Alteration.SWAPPED))
        .isEqualTo(Reaction.INSENSITIVE.words());
    assertThat(reaction(report, "drift", Alteration.BLURRED)).isEqualTo(same);
    assertThat(reaction(report, "sharpness", Alteration.SWAPPED)).isEqualTo(same);
    assertThat(report.markdown()).contains("| `drift` | same |", "**insensitive**");

    // The same command makes nothing again and finds the same.
    Path altered;
    try (var files = Files.walk(folder.resolve("work"))) {
      altered = files.filter(file -> file.toString().endsWith(".mp4")).findFirst().orElseThrow();
    }
    FileTime before = Files.getLastModifiedTime(altered);
    SensitivityReport again = run(real, ALTERATIONS);
    assertThat(EvaluationFiles.json(again)).isEqualTo(EvaluationFiles.json(report));
    assertThat(Files.getLastModifiedTime(altered)).isEqualTo(before);
  }

  @Test
  void a_damaged_clip_is_told_and_too_few_are_refused() throws IOException {
    Path real = scenes(4);
    Files.writeString(real.resolve("damaged.mp4"), "no clip");
    assertThatThrownBy(() -> run(real, Alteration.SHORTER))
        .hasMessageContaining("holds 4 clips with picture and sound; 16 at least are needed");
  }

  private static Bootstrap.Interval about(double value) {
    return new Bootstrap.Interval(value, value - 0.1, value + 0.1);
  }

  private static Reaction of(double... harm) {
    return Reaction.of(IntStream.range(0, harm.length).mapToObj(i -> about(harm[i])).toList(), 0.3);
  }

  @Test
  void the_verdict_says_which_way_and_how_clearly() {
    assertThat(of(0.1, 0.5, 1)).isEqualTo(Reaction.STEADILY);
    // Noise of a tenth of the way is no step back.
    assertThat(of(0.5, 0.45, 1)).isEqualTo(Reaction.STEADILY);
    assertThat(of(0.9, 0.5, 1)).isEqualTo(Reaction.UNSTEADILY);
    assertThat(of(0.1, 1, 0.6)).isEqualTo(Reaction.UNSTEADILY);
    assertThat(of(0.05, 0.1, 0.2)).isEqualTo(Reaction.HARDLY);
    assertThat(of(0.5, 0.3, 0.05)).isEqualTo(Reaction.INSENSITIVE);
    assertThat(of(0.1, -0.5, -1)).isEqualTo(Reaction.WRONG_WAY);
    assertThat(of(0.1, 0.5, Double.NaN)).isEqualTo(Reaction.STEADILY);
    Bootstrap.Interval nothing = new Bootstrap.Interval(0, 0, 0);
    assertThat(Reaction.of(List.of(nothing, nothing), 1)).isEqualTo(Reaction.BLIND);
  }

  @Test
  void clips_that_change_sounds_all_keep_one() {
    for (double share : Alteration.SWAPPED.levels()) {
      List<Integer> partners =
          IntStream.range(0, 40).mapToObj(i -> AlteredClips.partner(i, share, 40)).toList();
      assertThat(partners).doesNotHaveDuplicates();
      assertThat(IntStream.range(0, 40).filter(i -> partners.get(i) != i).count())
          .isEqualTo(Math.round(40 * share));
    }
  }
}
