package kinetone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kinetone.common.AtomicFile;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ReadOptions;
import kinetone.media.Video;

/** The child process of an {@link Ordeal}: it takes trials by number and judges how each ends. */
final class OrdealWorker {
  /** Names of classes and methods have no place in what people read. */
  private static final Pattern JAVA =
      Pattern.compile(
          "Exception|\\bjava\\.|kinetone\\.[a-z]+\\.|[A-Za-z]\\$[A-Z]|[A-Z]\\w+\\[\\w+=|\\.java:");

  private OrdealWorker() {}

  /** Reads numbers of trials, a line each, and says a line about each. */
  public static void main(String[] arguments) throws IOException {
    Path shared = Files.createTempDirectory("ordeal");
    Runtime.getRuntime().addShutdownHook(new Thread(() -> AtomicFile.deleteQuietly(shared)));
    OrdealTrials.Kind kind = OrdealTrials.Kind.valueOf(arguments[0]);
    List<OrdealTrials.Trial> trials = OrdealTrials.of(kind, shared);
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      forgetPeak();
      System.out.println(Ordeal.MARK + run(kind, trials.get(Integer.parseInt(line)), shared));
    }
  }

  private static String run(OrdealTrials.Kind kind, OrdealTrials.Trial trial, Path shared)
      throws IOException {
    Path in = Files.createTempDirectory(shared, "in");
    Path out = shared.resolve("out");
    List<String> statuses = new ArrayList<>();
    String fault = "";
    double slowest = 0;
    for (List<String> line : trial.maker().make(in, out)) {
      long began = System.nanoTime();
      Captured run = Captured.run(line.toArray(String[]::new));
      double seconds = (System.nanoTime() - began) / 1e9;
      slowest = Math.max(slowest, seconds);
      statuses.add(line.get(0) + " " + run.status());
      String found = judge(kind, run, seconds, out);
      if (fault.isEmpty() && !found.isEmpty()) {
        fault = String.join(" ", line) + ": " + found;
      }
      AtomicFile.deleteQuietly(out);
    }
    AtomicFile.deleteQuietly(in);
    return String.format(
        Locale.ROOT,
        "%s\t%.2f\t%d\t%s",
        String.join(", ", statuses),
        slowest,
        Ordeal.memory("self", "VmHWM"),
        fault.replaceAll("\\s", " "));
  }

  private static void forgetPeak() {
    try {
      Files.writeString(Path.of("/proc/self/clear_refs"), "5");
    } catch (IOException e) {
      // Then the peak is that of all trials so far.
    }
  }

  /** What is wrong with the end of a command line; empty when nothing is. */
  private static String judge(OrdealTrials.Kind kind, Captured run, double seconds, Path out)
      throws IOException {
    List<String> told = run.err().stream().filter(l -> l.startsWith("kinetone: ")).toList();
    if (seconds > Ordeal.SECONDS) {
      return "it took " + seconds + " s";
    }
    if (run.status() != 0 && run.status() != 2) {
      return "status " + run.status() + " " + run.err();
    }
    if (run.status() == 2
        && (told.size() != 1
            || told.get(0).chars().anyMatch(Character::isISOControl)
            || JAVA.matcher(told.get(0)).find())) {
      return "not one line for people: " + run.err();
    }
    List<Path> files = List.of();
    if (Files.exists(out)) {
      try (Stream<Path> left = Files.walk(out)) {
        files = left.filter(Files::isRegularFile).toList();
      }
    }
    for (Path file : files) {
      String name = file.getFileName().toString();
      if (name.matches("\\.(tmp|old)-.*")) {
        return name + " is left behind";
      }
      // Clips keep what is given as it is, and damaged media may hold silence.
      if (run.status() == 0
          && kind != OrdealTrials.Kind.MEDIA
          && name.matches(".*\\.(mp4|wav|mkv)")) {
        String empty = emptiness(ClipReader.read(file, ReadOptions.defaults()));
        if (!empty.isEmpty()) {
          return empty;
        }
      }
    }
    return "";
  }

  private static String emptiness(Clip clip) {
    if (clip.audio().filter(sound -> !isHeard(sound)).isPresent()) {
      return "the sound is silent or not finite";
    }
    return clip.video().filter(pictures -> !isSeen(pictures)).isPresent()
        ? "the pictures are of one colour"
        : "";
  }

  private static boolean isHeard(Audio sound) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (float[] channel : sound.samples()) {
      for (float sample : channel) {
        if (!Float.isFinite(sample)) {
          return false;
        }
        least = Math.min(least, sample);
        most = Math.max(most, sample);
      }
    }
    return most - least > 1e-3;
  }

  private static boolean isSeen(Video pictures) {
    int least = 255;
    int most = 0;
    for (byte value : pictures.rgb()) {
      least = Math.min(least, value & 0xff);
      most = Math.max(most, value & 0xff);
    }
    return most - least > 8;
  }
}
