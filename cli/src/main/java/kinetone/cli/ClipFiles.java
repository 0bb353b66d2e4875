package kinetone.cli;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kinetone.common.Check;
import kinetone.common.OutputFile;
import kinetone.media.SoundtrackWriter;
import kinetone.pipeline.TaskKind;

/**
 * Where the clips of a command go: to a file that was named, or under names of their own into a
 * folder. What is there already stays, unless it was said that it may go.
 */
final class ClipFiles {
  /** Names of files have 255 bytes; the rest is for number, task, seed and ending. */
  private static final int LONGEST_STEM = 120;

  private final Path file;
  private final Path folder;
  private final boolean replace;

  private ClipFiles(Path file, Path folder, boolean replace) {
    this.file = file;
    this.folder = folder;
    this.replace = replace;
  }

  /** One clip, to {@code file}. */
  static ClipFiles named(Path file, boolean replace) {
    return new ClipFiles(file, null, replace);
  }

  /** Clips into {@code folder}. */
  static ClipFiles in(Path folder, boolean replace) {
    return new ClipFiles(null, folder, replace);
  }

  /**
   * Requires that clips of this task could be written now.
   *
   * @param inputs which must not be replaced
   */
  void check(TaskKind task, List<Path> inputs) {
    if (file == null) {
      OutputFile.requireFolder(folder);
      return;
    }
    requireKnownEnding(task, inputs);
    requireFree(file, inputs);
  }

  private void requireKnownEnding(TaskKind task, List<Path> inputs) {
    if (task == TaskKind.V2A) {
      // Names without a known ending are refused here too.
      inputs.forEach(video -> SoundtrackWriter.requireFits(file, video));
      return;
    }
    Path name = file.getFileName();
    Check.that(
        name != null && name.toString().matches("(?i).+\\.(mp4|wav|flac)"),
        "output %s: the name must end in .mp4, .wav or .flac",
        file);
  }

  private void requireFree(Path place, List<Path> inputs) {
    inputs.forEach(input -> OutputFile.requireOther(place, input));
    Check.that(
        replace || !Files.isRegularFile(place),
        "output %s exists; choose another name, or replace it with --force",
        place);
    OutputFile.require(place);
  }

  /** The clip of that name, whatever its container, if it is there and stays. */
  Optional<Path> kept(String name) {
    for (String ending : new String[] {".mp4", ".mkv"}) {
      Path there = folder == null ? file : folder.resolve(name + ending);
      if (!replace && Files.exists(there)) {
        return Optional.of(there);
      }
    }
    return Optional.empty();
  }

  /**
   * The file for a clip: the one that was named, or in the folder one whose name is free.
   *
   * @param ending with its dot, asked for where a name is made
   * @param inputs which must not be replaced
   */
  Path place(String name, Supplier<String> ending, List<Path> inputs) {
    Path place = file != null ? file : folder.resolve(name + ending.get());
    if (file == null && !replace) {
      place = OutputFile.numbered(place);
    }
    requireFree(place, inputs);
    return place;
  }

  /**
   * What a clip is called: by the file it was made from, the task and the seed.
   *
   * @param inputs the given files; the first gives its name
   */
  static String name(List<Path> inputs, TaskKind task, long seed) {
    String stem = inputs.isEmpty() ? "" : stem(inputs.get(0)) + "-";
    return stem + task.label() + "-seed" + seed;
  }

  private static String stem(Path input) {
    String name = input.getFileName().toString();
    int dot = name.lastIndexOf('.');
    String stem = dot > 0 ? name.substring(0, dot) : name;
    int end = 0;
    int bytes = 0;
    while (end < stem.length()) {
      String letter = Character.toString(stem.codePointAt(end));
      bytes += letter.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > LONGEST_STEM) {
        break;
      }
      end += letter.length();
    }
    return stem.substring(0, end);
  }
}
