package kinetone.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class InputFileTest {
  @TempDir Path folder;

  @Test
  void a_regular_file_is_read_whole() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "\uFEFFtext");
    assertThat(InputFile.require(file, "list")).isEqualTo(file);
    assertThat(InputFile.text(file, "list", 7)).isEqualTo("text");
  }

  @Test
  void missing_files_and_folders_are_refused() {
    refused(folder.resolve("missing"), "missing does not exist");
    refused(folder, "is a folder, a list is needed");
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void a_pipe_or_a_device_is_never_opened() throws Exception {
    Path pipe = folder.resolve("pipe.mp4");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    refused(pipe, "not a regular file");
    refused(Path.of("/dev/zero"), "not a regular file");
  }

  @Test
  void text_that_is_too_long_or_no_text_is_refused() throws IOException {
    Path file = Files.write(folder.resolve("a"), new byte[] {(byte) 0xff, (byte) 0xfe, 1});
    refused(file, "is not UTF-8 text");
    Files.writeString(file, "x".repeat(101));
    refused(file, "has 101 bytes, a list has at most 100");
  }

  private static void refused(Path path, String message) {
    assertThatThrownBy(() -> InputFile.text(path, "list", 100))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.USER))
        .hasMessageContaining(message);
  }
}
