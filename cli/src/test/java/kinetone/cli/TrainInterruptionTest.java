package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import kinetone.train.Checkpoint;
import kinetone.train.RunDirectory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisabledOnOs(OS.WINDOWS)
class TrainInterruptionTest {
  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  @Timeout(180)
  void a_signalled_training_ends_with_a_checkpoint_and_goes_on_from_it(String signal, int status)
      throws Exception {
    assumeThat(ignored(signal)).as("%s is ignored here", signal).isFalse();
    Path recipe = Files.writeString(folder.resolve("recipe.yaml"), TinyRecipe.VIDEO);
    Path out = folder.resolve("run");
    Process process = ChildProcess.start(":", "train", recipe.toString(), "--out", out.toString());
    Path metrics = out.resolve("metrics.jsonl");
    while (process.isAlive() && (!Files.exists(metrics) || Files.size(metrics) == 0)) {
      Thread.sleep(50);
    }
    assertThat(process.isAlive()).isTrue();
    new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start().waitFor();
    List<String> lines;
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      lines = output.lines().toList();
    }
    assertThat(process.waitFor()).as(lines.toString()).isEqualTo(status);
    assertThat(lines).anyMatch(line -> line.contains("with a checkpoint; the same command goes"));
    assertThat(lines).noneMatch(line -> line.contains("SIGSEGV") || line.contains("unexpected"));
    Path newest = RunDirectory.open(out).latest().orElseThrow();
    long step = Checkpoint.state(newest).step();
    assertThat(step).isPositive();
    // What was learned is only written at the end.
    assertThat(out.resolve("model")).doesNotExist();

    Captured resumed =
        Captured.run(
            "train",
            recipe.toString(),
            "--out",
            out.toString(),
            "--device",
            "cpu",
            "--set",
            "trainer.steps=" + (step + 2));
    assertThat(resumed.status()).as(resumed.err().toString()).isZero();
    assertThat(resumed.err()).contains("going on from step " + step);
    assertThat(resumed.out()).containsExactly(out.resolve("model").toString());
    assertThat(out.resolve("model/model.safetensors")).isRegularFile();
    assertThat(Checkpoint.state(RunDirectory.open(out).latest().orElseThrow()).step())
        .isEqualTo(step + 2);
  }

  /**
   * Shells start background jobs with SIGINT ignored, which every descendant inherits; Java leaves
   * it so.
   */
  private static boolean ignored(String signal) throws Exception {
    Process self = new ProcessBuilder("bash", "-c", "kill -" + signal + " $$; exit 0").start();
    return self.waitFor() == 0;
  }
}
