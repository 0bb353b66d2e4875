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
  @ValueSource(strings = {"sampler", "codec", "sync", "join", "seam", "start"})
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
}
