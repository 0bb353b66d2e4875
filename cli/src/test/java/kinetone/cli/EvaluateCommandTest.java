package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import kinetone.evaluate.Protocol;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import kinetone.testkit.TinyModel;
import kinetone.train.ConfigLoader;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluateCommandTest {
  private static final String JUDGES = Path.of("../models/kinds-scenes").toString();

  @TempDir static Path shared;

  @TempDir Path folder;

  @BeforeAll
  static void prepare() throws IOException {
    TinyModel.write(shared.resolve("model"));
    Path real = Files.createDirectories(shared.resolve("real"));
    SceneGenerator scenes =
        new SceneGenerator(ClipFormat.of(16, 16, 9, 8, 8000), SceneMix.all(), 5);
    for (int i = 0; i < 4; i++) {
      ClipWriter.writeMp4(real.resolve("%05d.mp4".formatted(i)), scenes.scene(i).clip());
    }
  }

  private Captured evaluate(String... more) {
    String[] all =
        Stream.concat(
                Stream.of("evaluate", "--judges", JUDGES, "--out", folder.resolve("r").toString()),
                Stream.of(more))
            .toArray(String[]::new);
    return Captured.run(all);
  }

  @Test
  void a_model_makes_what_is_missing_and_its_clips_are_compared() throws IOException {
    Path requests = folder.resolve("requests.jsonl");
    StringBuilder lines = new StringBuilder();
    for (int seed = 0; seed < 4; seed++) {
      lines.append(
          "{\"task\": \"joint\", \"seed\": %d, \"num_inference_steps\": 2}\n".formatted(seed));
    }
    Files.writeString(requests, lines);
    String[] command = {
      "--real", shared.resolve("real").toString(),
      "--model", shared.resolve("model").toString(),
      "--requests", requests.toString(),
      "--metrics", "onsets-125,drift"
    };
    Captured first = evaluate(command);
    assertThat(first.status()).as("%s", first.err()).isZero();
    Path made = folder.resolve("r").resolve("model");
    Path page = folder.resolve("r").resolve("index.html");
    assertThat(first.out()).containsExactly(page.toString());
    assertThat(page).content().contains("within 125 ms", "model: 4 clips");
    Files.delete(made.resolve("002-joint-seed1.mp4"));
    Path kept = made.resolve("003-joint-seed2.mp4");
    FileTime before = Files.getLastModifiedTime(kept);
    assertThat(evaluate(command).status()).isZero();
    assertThat(made.resolve("002-joint-seed1.mp4")).exists();
    assertThat(Files.getLastModifiedTime(kept)).isEqualTo(before);
  }

  @Test
  void a_task_makes_one_clip_for_each_real_one_and_goes_on_with_what_is_missing()
      throws IOException {
    String[] command = {
      "--real",
      shared.resolve("real").toString(),
      "--model",
      shared.resolve("model").toString(),
      "--task",
      "v2a",
      "--metrics",
      "kl-sound,onsets-125"
    };
    Captured first = evaluate(command);
    assertThat(first.status()).as("%s", first.err()).isZero();
    Path report = folder.resolve("r").resolve("report.json");
    byte[] whole = Files.readAllBytes(report);
    assertThat(report).content().contains("KL, sound (4 pairs)");
    Path made = folder.resolve("r").resolve("model");
    Files.delete(made.resolve("003-00002-v2a-seed2.mp4"));
    assertThat(evaluate(command).status()).isZero();
    assertThat(Files.readAllBytes(report)).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--made REAL | --real is missing",
        "--real REAL | nothing to compare",
        "--real REAL --model m | --model and --requests go together",
        "--real REAL --made REAL | called 'real'",
        "--real REAL --scenes 4 --made EMPTY | exclude each other",
        "--real REAL --model m --task continue | needs more than a clip",
        "--real REAL --model m --task v2a --requests r | exclude each other",
        "--real REAL --made EMPTY | holds no clip",
        "--real REAL --made EMPTY --metrics fxd | 'fxd' is not known; there are fd-picture",
        "--real REAL --made EMPTY --metrics fvd | 'kinetone import FILE --as i3d --out models/i3d'",
        "--real REAL --made EMPTY --start -1 | --start",
      })
  void what_cannot_be_compared_is_told_in_one_line(String options, String reason)
      throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Captured refused =
        evaluate(
            options
                .replace("REAL", shared.resolve("real").toString())
                .replace("EMPTY", empty.toString())
                .split(" "));
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).hasSize(1);
    assertThat(refused.err().get(0)).contains(reason);
    assertThat(folder.resolve("r").resolve("report.json")).doesNotExist();
  }

  @Test
  void a_protocol_says_what_counts_and_what_does_not_compare() throws IOException {
    // A public set as it is published: parts in folders of their own.
    Path set = Files.createDirectories(folder.resolve("set"));
    Files.createDirectories(set.resolve("train"));
    Path test = Files.createDirectories(set.resolve("test"));
    Path made = Files.createDirectories(folder.resolve("made"));
    SceneGenerator scenes =
        new SceneGenerator(ClipFormat.of(32, 16, 9, 8, 8000), SceneMix.all(), 5);
    for (int i = 0; i < 4; i++) {
      ClipWriter.writeMp4(test.resolve("%d.mp4".formatted(i)), scenes.scene(i).clip());
      ClipWriter.writeMp4(made.resolve("%d.mp4".formatted(i)), scenes.scene(i + 4).clip());
    }
    Path protocol = folder.resolve("protocol.yaml");
    String text =
        """
        title: "Tiny"
        source: "Here."
        statistics: "the test part"
        folder: test
        start: 0
        seconds: 0.5
        pictures: {framesPerSecond: 4, width: 16, height: 16, fit: PAD}
        metrics: [sharpness, drift]
        real: 4
        made: 100
        notes: ["Mind this."]
        """;
    Files.writeString(protocol, text);
    String[] command = {
      "--real", set.toString(), "--made", made.toString(), "--protocol", protocol.toString()
    };
    Captured done = evaluate(command);
    assertThat(done.status()).as("%s", done.err()).isZero();
    assertThat(done.err())
        .anyMatch(line -> line.contains("Protocol: Tiny. Source: Here. Real: the test part"))
        .anyMatch(line -> line.contains("takes 100 made clips, here are 4"))
        .noneMatch(line -> line.contains("real clips, here"));
    Path report = folder.resolve("r").resolve("report.json");
    assertThat(report)
        .content()
        .contains("\"seconds\" : 0.5", "Mind this.", "sharpness", "drift")
        .doesNotContain("onsets-50");
    String padded = Files.readString(report);
    // Another form of the pictures gives other numbers, and not those that are kept.
    Files.writeString(protocol, text.replace("PAD", "STRETCH"));
    assertThat(evaluate(command).status()).isZero();
    assertThat(Files.readString(report)).isNotEqualTo(padded);

    Files.writeString(protocol, text.replace("seconds: 0.5", "seconds: -1"));
    Captured refused = evaluate(command);
    assertThat(refused.status()).isEqualTo(2);
    assertThat(refused.err()).hasSize(1);
    assertThat(refused.err().get(0)).contains("protocol.yaml", "seconds");
  }

  @Test
  void the_protocols_that_are_there_name_metrics_that_are_known() throws IOException {
    List<String> known =
        evaluate("--list").out().stream().map(line -> line.split(" ", 2)[0]).toList();
    try (Stream<Path> files = Files.list(Path.of("../configs/protocols"))) {
      List<Path> all = files.toList();
      assertThat(all).hasSizeGreaterThanOrEqualTo(7);
      for (Path file : all) {
        Protocol protocol = ConfigLoader.load(file, List.of(), Protocol.class);
        assertThat(known).as(file.toString()).containsAll(protocol.metrics());
      }
    }
  }

  @Test
  void every_metric_tells_how_it_is_measured() {
    Captured list = evaluate("--list");
    assertThat(list.status()).isZero();
    List<String> lines = list.out();
    assertThat(lines).hasSizeGreaterThan(10).allSatisfy(line -> assertThat(line).endsWith("."));
  }
}
