package kinetone.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ConsoleProgressTest {
  @Test
  void what_was_done_before_a_resumed_run_does_not_make_it_look_faster() throws Exception {
    assertThat(ConsoleProgress.left(Duration.ofSeconds(18), 12, 3000))
        .contains(Duration.ofSeconds(4500));
    assertThat(ConsoleProgress.left(Duration.ofSeconds(18), 0, 3000)).isEmpty();

    PrintStream before = System.err;
    ByteArrayOutputStream shown = new ByteArrayOutputStream();
    System.setErr(new PrintStream(shown, true, UTF_8));
    try (ConsoleProgress progress = new ConsoleProgress("train", 4000, "steps")) {
      progress.at(990);
      Thread.sleep(20);
      progress.at(991);
    } finally {
      System.setErr(before);
    }
    // 3 009 steps of 20 ms at least.
    assertThat(shown.toString(UTF_8)).contains("991/4000 steps").doesNotContain("/ 0:00:0");
  }
}
