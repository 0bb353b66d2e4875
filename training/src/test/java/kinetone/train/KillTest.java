package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KillTest {
  private static final int ROUNDS = 2;

  @TempDir Path folder;

  @Test
  void a_process_killed_at_any_moment_leaves_a_checkpoint_that_loads() throws Exception {
    long before = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long printed = trainAndKill(2 + round, 7 * round);

      RunDirectory run = RunDirectory.open(folder);
      Path newest = run.latest().orElseThrow();
      long step = Checkpoint.state(newest).step();
      assertThat(step).isGreaterThanOrEqualTo(printed).isGreaterThan(before);
      try (RunDirectory.Claim claim = run.claim()) {
        assertThat(leftovers()).isEmpty();
      }
      try (NoisyLine task = new NoisyLine(400, 4);
          TrainingState state =
              new TrainingState(task, TrainerConfig.of(1, 1, OptimizerConfig.adamW(1e-3, 0)))) {
        assertThat(Checkpoint.restore(newest, state).step()).isEqualTo(step);
      }
      before = step;
    }
  }

  /** Kills a training some milliseconds after its checkpoint number {@code checkpoints}. */
  private long trainAndKill(int checkpoints, int millis) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                KilledWriter.class.getName(),
                folder.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = 0;
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      for (int i = 0; i < checkpoints; i++) {
        last = Long.parseLong(out.readLine());
      }
      Thread.sleep(millis);
    } finally {
      process.destroyForcibly().waitFor();
    }
    return last;
  }

  private List<Path> leftovers() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("checkpoints"))) {
      return files.filter(file -> file.getFileName().toString().startsWith(".")).toList();
    }
  }
}
