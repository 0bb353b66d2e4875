package kinetone.common;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
  @TempDir Path folder;

  @Test
  void a_file_appears_complete_and_replaces_the_old_one() throws IOException {
    Path target = folder.resolve("deep/er/a.txt");
    AtomicFile.write(
        target,
        temporary -> {
          assertThat(temporary.getFileName().toString()).endsWith("a.txt");
          assertThat(target).doesNotExist();
          Files.writeString(temporary, "one");
        });
    assertThat(target).hasContent("one");
    AtomicFile.write(
        target,
        temporary -> {
          Files.writeString(temporary, "two");
          assertThat(target).hasContent("one");
        });
    assertThat(target).hasContent("two");
    assertThat(target.getParent()).isDirectoryContaining(target::equals);
    assertOnly(target);
  }

  @Test
  void a_failure_leaves_the_old_file_and_nothing_else() throws IOException {
    Path target = Files.writeString(folder.resolve("a.txt"), "old");
    assertThatThrownBy(
            () ->
                AtomicFile.write(
                    target,
                    temporary -> {
                      Files.writeString(temporary, "half");
                      throw new IOException("No space left on device");
                    }))
        .isInstanceOfSatisfying(
            KinetoneException.class,
            e -> assertThat(e.kind()).isEqualTo(KinetoneException.Kind.RESOURCE))
        .hasMessageContaining("a.txt")
        .hasMessageContaining("No space left on device");
    for (Throwable failure :
        new Throwable[] {new IllegalStateException(), new OutOfMemoryError()}) {
      assertThatThrownBy(
              () ->
                  AtomicFile.write(
                      target,
                      temporary -> {
                        Files.writeString(temporary, "half");
                        if (failure instanceof Error error) {
                          throw error;
                        }
                        throw (RuntimeException) failure;
                      }))
          .isSameAs(failure);
    }
    assertThat(target).hasContent("old");
    assertOnly(target);
  }

  @Test
  void a_writer_that_writes_nothing_is_an_error() throws IOException {
    assertThatThrownBy(() -> AtomicFile.write(folder.resolve("a.txt"), temporary -> {}))
        .isInstanceOf(KinetoneException.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void a_place_that_cannot_be_written_is_named() throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x");
    assertThatThrownBy(
            () -> AtomicFile.write(file.resolve("below"), t -> Files.writeString(t, "y")))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("cannot write")
        .hasMessageContaining("below");
    Path taken = Files.createDirectory(folder.resolve("taken"));
    Files.writeString(taken.resolve("inside"), "x");
    assertThatThrownBy(() -> AtomicFile.write(taken, t -> Files.writeString(t, "y")))
        .isInstanceOf(KinetoneException.class);
    assertThat(taken.resolve("inside")).hasContent("x");
    assertThat(folder).isDirectoryNotContaining("glob:**.tmp*");
  }

  @Test
  void a_folder_is_replaced_whole() throws IOException {
    Path target = folder.resolve("model");
    AtomicFile.writeFolder(target, t -> Files.writeString(t.resolve("a"), "1"));
    AtomicFile.writeFolder(
        target,
        t -> {
          Files.createDirectories(t.resolve("deep"));
          Files.writeString(t.resolve("deep/b"), "2");
          assertThat(target.resolve("a")).hasContent("1");
        });
    assertThat(target.resolve("a")).doesNotExist();
    assertThat(target.resolve("deep/b")).hasContent("2");
    assertOnly(target);
  }

  @Test
  void a_failed_folder_leaves_the_old_one() throws IOException {
    Path target = folder.resolve("model");
    AtomicFile.writeFolder(target, t -> Files.writeString(t.resolve("a"), "1"));
    assertThatThrownBy(
            () ->
                AtomicFile.writeFolder(
                    target,
                    t -> {
                      Files.writeString(t.resolve("a"), "half");
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(KinetoneException.class)
        .hasMessageContaining("disk full");
    assertThat(target.resolve("a")).hasContent("1");
    assertOnly(target);
  }

  @Test
  void deleting_what_is_not_there_is_nothing() throws IOException {
    AtomicFile.deleteQuietly(folder.resolve("missing"));
    Path full = Files.createDirectories(folder.resolve("a/b/c"));
    Files.writeString(full.resolve("d"), "x");
    AtomicFile.deleteQuietly(folder.resolve("a"));
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void what_a_killed_process_left_is_removed_by_the_next_that_writes_there() throws Exception {
    long dead = deadProcess();
    Path target = folder.resolve("a.mp4");
    Path left = Files.writeString(folder.resolve(".tmp-" + dead + "-a.mp4"), "half");
    Path leftFolder = Files.createDirectory(folder.resolve(".tmp-" + dead + "-model"));
    Files.writeString(leftFolder.resolve("weights"), "half");
    AtomicFile.write(target, t -> Files.writeString(t, "whole"));
    assertThat(left).doesNotExist();
    // Another file of a process that may live on another machine: only once it is old.
    assertThat(leftFolder).exists();
    Files.setLastModifiedTime(leftFolder, FileTime.from(Instant.now().minus(Duration.ofHours(2))));
    AtomicFile.write(target, t -> Files.writeString(t, "whole"));
    assertOnly(target);
  }

  @Test
  void what_a_living_process_writes_stays() throws Exception {
    Process living = new ProcessBuilder("sleep", "60").start();
    try {
      Path theirs = Files.writeString(folder.resolve(".tmp-" + living.pid() + "-a"), "theirs");
      Path other = Files.writeString(folder.resolve(".tmp-notes-a"), "no number");
      AtomicFile.write(folder.resolve("a"), t -> Files.writeString(t, "ours"));
      assertThat(theirs).hasContent("theirs");
      assertThat(other).exists();
    } finally {
      living.destroyForcibly();
    }
  }

  @Test
  void a_folder_that_a_killed_process_had_moved_aside_comes_back() throws Exception {
    long dead = deadProcess();
    Path aside = Files.createDirectory(folder.resolve(".old-" + dead + "-model"));
    Files.writeString(aside.resolve("weights"), "good");
    Path target = folder.resolve("model");
    assertThatThrownBy(
            () ->
                AtomicFile.writeFolder(
                    target,
                    t -> {
                      throw new IOException("disk full");
                    }))
        .isInstanceOf(KinetoneException.class);
    assertThat(target.resolve("weights")).hasContent("good");
    assertOnly(target);
  }

  private static long deadProcess() throws Exception {
    Process process = new ProcessBuilder("true").start();
    process.waitFor();
    return process.pid();
  }

  private static void assertOnly(Path target) throws IOException {
    try (var files = Files.list(target.getParent())) {
      assertThat(files).containsExactly(target);
    }
  }
}
