package kinetone.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kinetone.common.AtomicFile;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.testkit.TinyMdsgen;
import kinetone.testkit.TinyModel;

/**
 * Bad input through the commands, in processes that may have 3.5 GB each and a minute for a command
 * line: altered models ({@link AlteredModels}), damaged media ({@link Mutants}) and pickles ({@link
 * HostilePickles}). What ends well ends with status 0 and a clip that is finite and not empty, or
 * with 2 and one line.
 */
final class Ordeal {
  /** Most memory that a process may ask for, KiB, and most that it may hold. */
  static final long LIMIT_KIB = 3_500_000;

  private static final long SECONDS = 60;
  private static final String MARK = "trial: ";
  private static final int MUTANTS = Integer.getInteger("kinetone.mutants", 240);

  /** Names of classes and methods have no place in what people read. */
  private static final Pattern JAVA =
      Pattern.compile(
          "Exception|\\bjava\\.|kinetone\\.[a-z]+\\.|[A-Za-z]\\$[A-Z]|[A-Z]\\w+\\[\\w+=|\\.java:");

  /** What there is to endure. */
  enum Kind {
    /** Altered MoNL models. */
    MONL,
    /** Altered MDSGen models. */
    MDSGEN,
    /** Damaged media. */
    MEDIA,
    /** Pickles. */
    PICKLES
  }

  /** Input in a folder of its own, and the command lines that read it. */
  record Trial(String name, Maker maker) {
    /** Writes the input. */
    interface Maker {
      List<List<String>> make(Path in, Path out) throws IOException;
    }
  }

  /**
   * What became of a trial.
   *
   * @param fault what was wrong; empty when it ended well
   * @param mib most memory that was held, MiB
   */
  record Outcome(String name, String status, double seconds, long mib, String fault) {}

  private Ordeal() {}

  /** All trials of a kind, in a fixed order. */
  static List<Trial> trials(Kind kind, Path shared) throws IOException {
    Path model = shared.resolve("model");
    return switch (kind) {
      case MONL -> altered(TinyModel.write(model), "joint", shared);
      case MDSGEN -> altered(TinyMdsgen.write(model), "v2a", shared);
      case MEDIA -> media(TinyModel.write(model), new Mutants(shared));
      case PICKLES ->
          HostilePickles.all().entrySet().stream()
              .map(
                  pickle ->
                      new Trial(
                          pickle.getKey(),
                          (in, out) -> {
                            Path file =
                                Files.write(in.resolve("pickle.pt"), pickle.getValue().get());
                            return List.of(
                                List.of("info", file.toString()),
                                List.of("import", file.toString(), "--out", out.toString()));
                          }))
              .toList();
    };
  }

  private static List<Trial> altered(Path model, String task, Path shared) throws IOException {
    new Mutants(shared);
    String video = shared.resolve("base.mp4").toString();
    List<Trial> trials = new ArrayList<>();
    for (AlteredModels.Alteration alteration : AlteredModels.of(model)) {
      trials.add(
          new Trial(
              alteration.name(),
              (in, out) -> {
                String folder = alteration.write(model, in.resolve("model")).toString();
                List<String> generate =
                    new ArrayList<>(
                        List.of("generate", "--model", folder, "--num-inference-steps", "2"));
                generate.addAll(List.of("--task", task, "--out", out.toString()));
                if (!task.equals("joint")) {
                  generate.addAll(List.of("--video", video));
                }
                return List.of(List.of("info", folder), generate);
              }));
    }
    return trials;
  }

  private static List<Trial> media(Path model, Mutants mutants) {
    List<Trial> trials = new ArrayList<>();
    for (int i = 0; i < MUTANTS; i++) {
      int number = i;
      trials.add(
          new Trial(
              "mutant " + i,
              (in, out) -> {
                Path file = mutants.write(number, in);
                List<List<String>> lines = new ArrayList<>();
                for (String command : List.of("info", "v2a", "a2v", "continue", "prepare")) {
                  lines.add(List.of(HostileInputTest.arguments(model, command, file, out)));
                }
                return lines;
              }));
    }
    return trials;
  }

  /** How many trials of a kind there are. */
  static int count(Kind kind) throws IOException {
    Path shared = Files.createTempDirectory("ordeal");
    try {
      return trials(kind, shared).size();
    } finally {
      AtomicFile.deleteQuietly(shared);
    }
  }

  /** A line of figures. */
  static String summary(Kind kind, List<Outcome> outcomes) {
    Map<String, Integer> statuses = new TreeMap<>();
    outcomes.forEach(outcome -> statuses.merge(outcome.status(), 1, Integer::sum));
    return String.format(
        Locale.ROOT,
        "%s: %d trials, %d not well; statuses of their command lines %s; slowest %.1f s, most memory"
            + " %d MiB",
        kind,
        outcomes.size(),
        outcomes.stream().filter(outcome -> !outcome.fault().isEmpty()).count(),
        statuses,
        outcomes.stream().mapToDouble(Outcome::seconds).max().orElse(0),
        outcomes.stream().mapToLong(Outcome::mib).max().orElse(0));
  }

  /**
   * Takes trials through child processes, as many as needed: a child that dies or lasts too long is
   * replaced.
   *
   * @param log hears of each trial that does not end well
   */
  static List<Outcome> endure(Kind kind, List<Integer> numbers, PrintStream log)
      throws IOException, InterruptedException {
    List<Outcome> outcomes = new ArrayList<>();
    Path shared = Files.createTempDirectory("ordeal");
    Child child = null;
    try {
      List<Trial> trials = trials(kind, shared);
      for (int number : numbers) {
        child = child == null ? new Child(kind) : child;
        Outcome outcome = child.run(number, trials.get(number).name());
        outcomes.add(outcome);
        if (!outcome.fault().isEmpty()) {
          log.println(number + " " + outcome);
        }
        if (child.isOver()) {
          child = null;
        }
      }
    } finally {
      if (child != null) {
        child.close();
      }
      AtomicFile.deleteQuietly(shared);
    }
    return outcomes;
  }

  /** A process that takes trials by number and says what became of each. */
  private static final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader said;
    private boolean over;

    Child(Kind kind) throws IOException {
      List<String> command = new ArrayList<>();
      command.addAll(List.of("bash", "-c", "ulimit -d " + LIMIT_KIB + "; exec \"$@\"", "bash"));
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-Xmx1g", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      command.addAll(
          List.of(
              "-Dkinetone.mutants=" + MUTANTS,
              "-cp",
              System.getProperty("java.class.path"),
              Worker.class.getName(),
              kind.name()));
      process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
      said = process.inputReader(StandardCharsets.UTF_8);
    }

    boolean isOver() {
      return over;
    }

    Outcome run(int number, String name) throws IOException, InterruptedException {
      long began = System.nanoTime();
      process.outputWriter(StandardCharsets.UTF_8).append(number + "\n").flush();
      long mib = 0;
      String end = null;
      while (end == null) {
        double seconds = (System.nanoTime() - began) / 1e9;
        mib = Math.max(mib, held("VmRSS"));
        if (said.ready()) {
          String line = said.readLine();
          if (line == null || !line.startsWith(MARK)) {
            // Native libraries write to standard output too.
            continue;
          }
          String[] parts = line.substring(MARK.length()).split("\t", -1);
          return new Outcome(
              name,
              parts[0],
              Double.parseDouble(parts[1]),
              Math.max(mib, Long.parseLong(parts[2])),
              parts[3]);
        } else if (!process.isAlive()) {
          end = "the process died with status " + process.exitValue();
        } else if (seconds > 2 * SECONDS) {
          end = "it lasts";
        } else if (mib > LIMIT_KIB / 1024) {
          end = "it holds " + mib + " MiB";
        }
        Thread.sleep(5);
      }
      close();
      return new Outcome(name, "none", (System.nanoTime() - began) / 1e9, mib, end);
    }

    private long held(String what) {
      return memory(process.pid() + "", what);
    }

    @Override
    public void close() throws IOException {
      over = true;
      process.destroyForcibly();
      try {
        process.waitFor(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      said.close();
    }
  }

  /** A line of Linux's account of a process, MiB; 0 elsewhere. */
  private static long memory(String pid, String what) {
    try {
      Matcher found =
          Pattern.compile(what + ":\\s+(\\d+) kB")
              .matcher(Files.readString(Path.of("/proc", pid, "status")));
      return found.find() ? Long.parseLong(found.group(1)) / 1024 : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** The child process. */
  static final class Worker {
    private Worker() {}

    /** Reads numbers of trials, a line each, and says a line about each. */
    public static void main(String[] arguments) throws IOException {
      Path shared = Files.createTempDirectory("ordeal");
      Runtime.getRuntime().addShutdownHook(new Thread(() -> AtomicFile.deleteQuietly(shared)));
      Kind kind = Kind.valueOf(arguments[0]);
      List<Trial> trials = trials(kind, shared);
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        forgetPeak();
        System.out.println(MARK + run(kind, trials.get(Integer.parseInt(line)), shared));
      }
    }

    private static String run(Kind kind, Trial trial, Path shared) throws IOException {
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
          memory("self", "VmHWM"),
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
    private static String judge(Kind kind, Captured run, double seconds, Path out)
        throws IOException {
      List<String> told = run.err().stream().filter(l -> l.startsWith("kinetone: ")).toList();
      if (seconds > SECONDS) {
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
        if (run.status() == 0 && kind != Kind.MEDIA && name.matches(".*\\.(mp4|wav|mkv)")) {
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
}
