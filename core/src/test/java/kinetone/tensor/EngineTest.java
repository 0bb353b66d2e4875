package kinetone.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import kinetone.common.KinetoneException;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EngineTest {
  private static final int PROCESSORS = Runtime.getRuntime().availableProcessors();

  @Test
  void as_many_threads_as_processors_are_accepted() {
    int before = Engine.threads();
    try {
      Engine.setThreads(PROCESSORS);
      assertThat(Engine.threads()).isEqualTo(PROCESSORS);
    } finally {
      Engine.setThreads(Math.min(before, PROCESSORS));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, 2, 2, 2", // a virtual machine of two cores that look like one
    "4, 4, 8, 4", // two threads a core
    "1, 64, 2, 2", // a container with a share of a machine
    "8, 1, 8, 8" // a system that names no cores
  })
  void every_core_has_a_thread_and_no_processor_two(
      int chosen, int cores, int processors, int threads) {
    assertThat(Engine.usefulThreads(chosen, cores, processors)).isEqualTo(threads);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1_000_000, Integer.MAX_VALUE})
  void other_numbers_of_threads_are_refused(int threads) {
    assertThatThrownBy(() -> Engine.setThreads(threads))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("threads = " + threads)
        .hasMessageContaining(threads < 1 ? "at least 1" : "at most " + PROCESSORS);
  }

  /** JavaCPP would tell every user of every command that OpenBLAS is another version's. */
  @Test
  void nothing_is_said_when_the_engine_starts() throws Exception {
    ProcessBuilder child =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            Starting.class.getName());
    child.redirectErrorStream(true);
    Process process = child.start();
    assertThat(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
        .isEqualTo("started");
    assertThat(process.waitFor()).isZero();
    assertThat(System.getProperty("org.bytedeco.javacpp.loadlibraries")).isNull();
  }

  /** Another process that starts the engine. */
  static final class Starting {
    private Starting() {}

    public static void main(String[] args) {
      Engine.start();
      System.out.print("started");
    }
  }

  @Test
  void no_library_that_warns_at_every_convolution_is_asked() {
    Engine.start();
    assertThat(torch.globalContext().userEnabledNNPACK()).isFalse();
  }
}
