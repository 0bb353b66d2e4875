package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenesCommandTest {
  @TempDir Path folder;

  /** Immutable maps have another order in every JVM, so one run could not tell. */
  @Test
  void the_truth_has_one_order() throws Exception {
    Captured run = Captured.run("scenes", "--count", "1", "--out", folder.toString());
    assertThat(run.status()).as("%s", run.err()).isZero();
    Path truth = folder.resolve("00000-siren.json");
    assertThat(new ObjectMapper().readTree(Files.readString(truth)).fieldNames())
        .toIterable()
        .containsExactly("kind", "caption", "events", "sources");
  }
}
