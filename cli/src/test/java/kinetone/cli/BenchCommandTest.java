package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.checkpoint.ComponentFolder;
import kinetone.tensor.TensorScope;
import kinetone.testkit.TinyModel;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class BenchCommandTest {
  private record Row(String name, double share) {}

  private record Figures(int forwardSteps, double ofSgemm, double none, List<Row> parts) {}

  @TempDir static Path folder;

  @BeforeAll
  static void writeDenoiser() {
    try (TensorScope scope = TensorScope.open()) {
      ComponentFolder.write(
          folder, "AvDiT", TinyModel.DENOISER, java.util.Map.of(), ScalarType.Float);
    }
  }

  private static String run(int status, String... arguments) {
    StringWriter out = new StringWriter();
    ByteArrayOutputStream errors = new ByteArrayOutputStream();
    PrintStream before = System.err;
    System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
    try {
      CommandLine line = Main.commandLine().setOut(new PrintWriter(out));
      assertThat(line.execute(arguments)).isEqualTo(status);
    } finally {
      System.setErr(before);
    }
    return out + (status == 0 ? "" : errors.toString(StandardCharsets.UTF_8));
  }

  private static JsonNode json(String text) throws JsonProcessingException {
    return new ObjectMapper().readTree(text);
  }

  @Test
  void figures_are_one_line_of_json_with_null_for_what_was_not_measured() throws Exception {
    Figures figures = new Figures(3, 0.75, Double.NaN, List.of(new Row("rest", Double.NaN)));
    String text = new BenchReport("denoiser", "avdit-base", figures).json();
    assertThat(text).doesNotContain("\n");
    JsonNode root = json(text);
    assertThat(root.path("bench").asText()).isEqualTo("denoiser");
    assertThat(root.path("processor").asText()).isNotBlank();
    assertThat(root.path("processorFeatures").isTextual()).isTrue();
    double fp32 = root.path("productMillisFp32").asDouble();
    double bf16 = root.path("productMillisBf16").asDouble();
    assertThat(fp32).isPositive();
    assertThat(root.path("autoPrecisionOnCpu").asText()).isEqualTo(auto(fp32, bf16));
    assertThat(root.path("tf32OnGpu").isBoolean()).isTrue();
    assertThat(root.path("ofSgemm").asDouble()).isEqualTo(0.75);
    assertThat(root.path("none").isNull()).isTrue();
    assertThat(root.path("parts").path(0).path("share").isNull()).isTrue();
  }

  @Test
  void figures_are_lines_and_tables_for_people() {
    Figures figures = new Figures(3, 0.75, Double.NaN, List.of(new Row("rest", 0.25)));
    assertThat(new BenchReport("denoiser", "avdit-base", figures).text())
        .contains("forward steps            3")
        .contains("of sgemm                 0.750")
        .contains("none                     -")
        .contains("  name  share")
        .contains("  rest  0.250");
  }

  private record Interval(double value, double low, double high) {}

  private record Beside(String what, Interval made, Interval real) {}

  private record Besides(List<Beside> figures) {}

  @Test
  void a_figure_with_its_interval_is_one_cell() throws Exception {
    Besides figures =
        new Besides(
            List.of(
                new Beside("share", new Interval(0.5, 0, 0.75), null),
                new Beside("sharpness", new Interval(131, 44.9, 287), null),
                new Beside("kinds", new Interval(11, Double.NaN, Double.NaN), null)));
    BenchReport report = new BenchReport("joint", "monl-scenes", figures);
    assertThat(report.text())
        .contains("  what                       made  real")
        .contains("  share      0.500 [0.000, 0.750]     -")
        .contains("  sharpness         131 [45, 287]     -")
        .contains("  kinds                        11     -");
    JsonNode made = json(report.json()).path("figures").path(0).path("made");
    assertThat(made.path("low").asDouble()).isZero();
  }

  @Test
  void a_sheet_that_could_not_be_written_is_refused_before_anything_is_loaded() throws Exception {
    Path there = Files.writeString(folder.resolve("there.png"), "mine");
    String[] joint = {"bench", "joint", "--model", "no-such-model", "--sheet"};
    assertThat(run(2, joint[0], joint[1], joint[2], joint[3], joint[4], there.toString()))
        .contains("there.png exists", "--force");
    assertThat(run(2, joint[0], joint[1], joint[2], joint[3], joint[4], "sheet.jpg"))
        .contains("must end in .png");
    assertThat(there).hasContent("mine");
  }

  @Test
  void judges_that_cannot_hear_the_clips_of_a_model_are_refused_before_it_makes_any() {
    Path model = folder.resolve("tiny");
    TinyModel.write(model);
    Path sheet = folder.resolve("sheet.png");
    String told =
        run(
            2,
            "bench",
            "joint",
            "--model",
            model.toString(),
            "--judges",
            "../models/kinds-scenes",
            "--sheet",
            sheet.toString());
    assertThat(told).contains("8000 Hz", "hears 16000 Hz", "--judges").doesNotContain("clips (");
    assertThat(sheet).doesNotExist();
    assertThat(run(2, "bench", "joint", "--model", model.toString(), "--judges", "no-judges"))
        .contains("no-judges");
  }

  @Test
  void denoiser_of_a_folder_is_measured() throws Exception {
    JsonNode root =
        json(run(0, "bench", "denoiser", "--model", folder.toString(), "--rounds", "1", "--json"));
    assertThat(root.path("ofSgemm").asDouble()).isPositive();
    assertThat(root.path("parameters").asLong()).isEqualTo(TinyModel.DENOISER.parameterCount());
  }

  @Test
  void training_is_measured() {
    assertThat(run(0, "bench", "train", "--model", folder.toString(), "--steps", "1"))
        .contains("samples per second");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sampler", "codec", "sync", "join", "joint", "seam", "start"})
  void a_model_that_is_not_there_is_named(String what) {
    assertThat(run(2, "bench", what, "--model", "no-such-model")).contains("no-such-model");
  }

  @Test
  void an_unknown_size_is_named() {
    assertThat(run(2, "bench", "denoiser", "--model", "avdit-huge")).contains("avdit-huge");
    assertThat(run(2, "bench", "mdsgen", "--size", "T", "--size", "XL")).contains("mdsgen-xl");
  }

  @Test
  void a_comparison_that_is_not_there_is_named() {
    assertThat(run(2, "bench", "mdsgen", "--size", "T", "--compare", "no-such-folder"))
        .contains("no-such-folder");
    assertThat(run(2, "bench", "mdsgen", "--compare", folder.toString())).contains("--size");
  }

  @Test
  void without_a_measurement_usage_is_shown() {
    assertThat(run(0, "bench")).contains("denoiser", "sampler", "memory");
  }

  private static String auto(double fp32, double bf16) {
    return bf16 * 1.5 <= fp32 ? "bf16" : "fp32";
  }
}
