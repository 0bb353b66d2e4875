package kinetone.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import kinetone.common.KinetoneException;
import org.bytedeco.javacpp.Loader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine.Command;

/** What the machine cannot do is one line with a remedy and a status of its own. */
class MachineFaultTest {
  @TempDir Path folder;

  @Command(name = "failing")
  private record Failing(Error error) implements Callable<Integer> {
    @Override
    public Integer call() {
      throw error;
    }
  }

  private static void isTold(Error error, String remedy) {
    Captured run = Captured.run(Main.commandLine().addSubcommand(new Failing(error)), "failing");
    assertThat(run.status()).as(run.err().toString()).isEqualTo(71);
    assertThat(run.err())
        .singleElement()
        .asString()
        .startsWith("kinetone: ")
        .contains(remedy)
        .doesNotContain("java.lang", "Error:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          Java heap space                       | KINETONE_JAVA_OPTS=-Xmx
          GC overhead limit exceeded            | KINETONE_JAVA_OPTS=-Xmx
          unable to create native thread: limit | --threads
          Physical memory usage is too high     | ulimit -v
          """)
  void a_lack_of_memory_or_threads(String message, String remedy) {
    isTold(new OutOfMemoryError(message), remedy);
  }

  @Test
  void libraries_that_cannot_be_loaded() {
    Error full = new UnsatisfiedLinkError("no jnitorch in java.library.path");
    full.initCause(new IOException("No space left on device"));
    isTold(new ExceptionInInitializerError(full), "No space left on device");
    isTold(new ExceptionInInitializerError(full), NativeLibraries.folder().toString());
    isTold(new NoClassDefFoundError("Could not initialize class org.bytedeco.X"), "836 MB");
    isTold(new InternalError("a fault occurred in an unsafe memory access operation"), "ulimit");
  }

  @ParameterizedTest
  @CsvSource({
    "libcudart.so.13, -Pgpu",
    "libcupti.so.13, CUDA 13",
    "libnccl.so.2, LD_LIBRARY_PATH",
    "libcuda.so.1, driver",
    "libgomp.so.1, LD_LIBRARY_PATH"
  })
  void a_library_that_another_one_needs_is_named(String library, String remedy) {
    Error missing = new UnsatisfiedLinkError("no jnitorch in java.library.path: /tmp");
    missing.initCause(
        new UnsatisfiedLinkError(
            "/c/libjnitorch.so: %s: cannot open shared object file: No such file or directory"
                .formatted(library)));
    isTold(missing, library);
    isTold(new ExceptionInInitializerError(missing), remedy);
  }

  /** Both builds in one process end it, or mix them. */
  @Test
  void natives_for_processors_and_for_gpus_beside_each_other_are_refused() throws Exception {
    Path fake = folder.resolve("org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu");
    Files.createDirectories(fake);
    Files.createFile(fake.resolve(System.mapLibraryName("jnitorch")));
    Process process =
        ChildProcess.start(
            "true", List.of(folder), "bench", "denoiser", "--model", "avdit-tiny", "--rounds", "1");
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(71);
    assertThat(said.lines())
        .singleElement()
        .asString()
        .startsWith("kinetone: ")
        .contains("for processors and for GPUs", "keep one");
  }

  @Test
  void a_folder_that_may_not_be_read_is_named_without_names_of_classes() {
    Callable<Integer> reading =
        new Reading(new UncheckedIOException(new AccessDeniedException("/secret")));
    Captured run = Captured.run(Main.commandLine().addSubcommand(reading), "reading");
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err())
        .containsExactly("kinetone: /secret cannot be read or written: access is denied");
  }

  @Command(name = "reading")
  private record Reading(RuntimeException fault) implements Callable<Integer> {
    @Override
    public Integer call() {
      throw fault;
    }
  }

  @Test
  void an_endless_recursion_is_a_fault_of_ours() {
    Captured run =
        Captured.run(
            Main.commandLine().addSubcommand(new Failing(new StackOverflowError())), "failing");
    assertThat(run.status()).isEqualTo(70);
  }

  @Test
  void libraries_are_not_unpacked_where_they_do_not_fit() throws IOException {
    assertThatThrownBy(() -> NativeLibraries.requireRoom(folder, Long.MAX_VALUE))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining("MB are free there")
        .hasMessageContaining("cachedir=FOLDER");
    assertThatCode(() -> NativeLibraries.requireRoom(folder, 1)).doesNotThrowAnyException();
    Files.createDirectory(folder.resolve("pytorch-0.0-" + Loader.getPlatform() + ".jar"));
    assertThatCode(() -> NativeLibraries.requireRoom(folder, Long.MAX_VALUE))
        .doesNotThrowAnyException();
  }
}
