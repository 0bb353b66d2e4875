package kinetone.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  @TempDir Path folder;

  @Test
  void what_can_be_written_leaves_nothing_behind_when_it_is_looked_at() {
    OutputFile.require(folder.resolve("a.mp4"));
    OutputFile.require(folder.resolve("new/below/a.mp4"));
    OutputFile.requireFolder(folder);
    OutputFile.requireFolder(folder.resolve("new/below"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void what_cannot_be_written_is_told() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    refused(() -> OutputFile.require(folder), "is a folder");
    refused(() -> OutputFile.require(file.resolve("a.mp4")), "is a file, and a folder");
    refused(() -> OutputFile.requireFolder(file), "is a file, and a folder");
    refused(() -> OutputFile.requireFolder(file.resolve("below")), "is a file, and a folder");
    refused(() -> OutputFile.require(Path.of("/dev/null")), "is not a regular file");
    refused(() -> OutputFile.require(folder.resolve("a".repeat(300))), "too long");
  }

  @Test
  void a_file_has_many_names_but_is_one() throws IOException {
    Path file = Files.createFile(folder.resolve("file"));
    Path other = Files.createFile(folder.resolve("other"));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    Path hard = Files.createLink(folder.resolve("hard"), file);
    for (Path name : new Path[] {file, link, hard, folder.resolve("x/../file").normalize()}) {
      refused(() -> OutputFile.requireOther(name, file), "choose another name");
    }
    OutputFile.requireOther(other, file);
    OutputFile.requireOther(folder.resolve("new"), file);
    OutputFile.requireOther(file, folder.resolve("gone"));
  }

  @Test
  void names_are_numbered_from_the_second_on() throws IOException {
    Path file = folder.resolve("a.b.mp4");
    assertThat(OutputFile.numbered(file)).isEqualTo(file);
    Files.createFile(file);
    assertThat(OutputFile.numbered(file)).isEqualTo(folder.resolve("a.b-2.mp4"));
    Files.createFile(folder.resolve("a.b-2.mp4"));
    assertThat(OutputFile.numbered(file)).isEqualTo(folder.resolve("a.b-3.mp4"));
    Path bare = Files.createFile(folder.resolve(".bare"));
    assertThat(OutputFile.numbered(bare)).isEqualTo(folder.resolve(".bare-2"));
  }

  private static void refused(Runnable use, String message) {
    assertThatThrownBy(use::run)
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining(message);
  }
}
