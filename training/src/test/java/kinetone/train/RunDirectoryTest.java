package kinetone.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import kinetone.common.KinetoneException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  @TempDir Path folder;

  private Path checkpoint(String name) throws IOException {
    Path path = Files.createDirectories(folder.resolve("checkpoints").resolve(name));
    Files.writeString(path.resolve("state.json"), "{}");
    return path;
  }

  @Test
  void half_written_checkpoints_are_never_the_newest_and_go_with_the_next_claim()
      throws IOException {
    RunDirectory run = RunDirectory.open(folder);
    Path whole = checkpoint("step-00000010");
    Path half = checkpoint(".tmp-123-step-00000020");

    assertThat(run.latest()).contains(whole);
    assertThat(half).exists();
    try (RunDirectory.Claim claim = run.claim()) {
      assertThat(half).doesNotExist();
      assertThat(run.checkpoints()).containsExactly(whole);
    }
  }

  @Test
  void a_checkpoint_moved_aside_returns_when_its_successor_never_came() throws IOException {
    RunDirectory run = RunDirectory.open(folder);
    checkpoint(".old-123-step-00000010");
    checkpoint("step-00000020");
    Path superseded = checkpoint(".old-123-step-00000020");

    try (RunDirectory.Claim claim = run.claim()) {
      assertThat(run.checkpoints()).hasSize(2);
      assertThat(superseded).doesNotExist();
    }
  }

  @Test
  void two_trainings_cannot_share_a_folder() {
    RunDirectory run = RunDirectory.open(folder);
    try (RunDirectory.Claim claim = run.claim()) {
      assertThatThrownBy(() -> RunDirectory.open(folder).claim())
          .isInstanceOf(KinetoneException.class)
          .hasMessageContaining("in use by another training");
    }
    run.claim().close();
  }

  @Test
  void pruning_keeps_the_newest_by_number_not_by_name() throws IOException {
    RunDirectory run = RunDirectory.open(folder);
    for (String name : List.of("step-99999999", "step-100000000", "step-00000001")) {
      checkpoint(name);
    }
    run.prune(2);
    assertThat(run.checkpoints())
        .extracting(path -> path.getFileName().toString())
        .containsExactly("step-99999999", "step-100000000");
  }

  @Test
  void a_torn_last_line_and_lines_after_the_checkpoint_are_dropped() throws IOException {
    RunDirectory run = RunDirectory.open(folder);
    try (Metrics metrics = new Metrics(run, 0)) {
      for (int step = 1; step <= 3; step++) {
        var report = new TrainingEvent.PhaseStep(step / 2.0, Map.of(), 1e-3, Double.NaN);
        metrics.on(new TrainingEvent.Step(step, 9, Map.of("net", report), 0, 0.1));
      }
      metrics.on(new TrainingEvent.Validated(3, Map.of("mse", 0.5)));
    }
    Files.writeString(run.metrics(), Files.readString(run.metrics()) + "{\"step\":2,\"pha");

    new Metrics(run, 2).close();

    assertThat(run.series()).hasSize(1);
    assertThat(run.series().get(0).name()).isEqualTo("net");
    assertThat(run.series().get(0).values()).containsExactly(0.5, 1);
  }
}
