package kinetone.train;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import kinetone.checkpoint.Json;
import kinetone.common.AtomicFile;
import kinetone.common.KinetoneException;
import kinetone.report.Curves;

/**
 * The folder of one training:
 *
 * <pre>
 *   config.yaml                what was asked for
 *   checkpoints/step-00001000  see {@link Checkpoint}
 *   metrics.jsonl              one line per step and per validation
 *   events/                    the same for TensorBoard
 *   loss.png                   see {@link Curves}
 *   samples/step-001000.png    what the networks made, for tasks that have samples
 * </pre>
 */
public final class RunDirectory {
  private static final String VALIDATION = "validation ";
  private static final Pattern CHECKPOINT = Pattern.compile("step-([0-9]{8,})");
  private static final Pattern LEFTOVER = Pattern.compile("\\.(tmp|old)-[0-9]+-(.+)");

  private final Path root;

  private RunDirectory(Path root) {
    this.root = root;
  }

  /** The folder {@code root}, made when absent. */
  public static RunDirectory open(Path root) {
    RunDirectory run = new RunDirectory(root);
    try {
      Files.createDirectories(run.checkpointsFolder());
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot use %s as a run folder", root);
    }
    return run;
  }

  /** The exclusive right to write checkpoints, until closed or until the process dies. */
  @FunctionalInterface
  public interface Claim extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * Claims the folder for one training and removes what a killed one left half-written.
   *
   * @throws KinetoneException when another training holds it
   */
  public Claim claim() {
    try {
      FileChannel channel =
          FileChannel.open(
              root.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!locked(channel)) {
        channel.close();
        throw KinetoneException.user(
            "run folder %s is in use by another training; wait for it or choose another folder",
            root);
      }
      removeLeftovers();
      return () -> {
        try {
          channel.close();
        } catch (IOException e) {
          throw KinetoneException.resource(e, "cannot release %s", root);
        }
      };
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot use %s as a run folder", root);
    }
  }

  private static boolean locked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false;
    }
  }

  /** The folder itself. */
  public Path root() {
    return root;
  }

  /** Writes {@code config} as {@code config.yaml}. */
  public void writeConfig(Object config) {
    AtomicFile.write(
        root.resolve("config.yaml"),
        file -> Files.writeString(file, Json.YAML.writeValueAsString(config)));
  }

  /** Where the checkpoint after {@code step} steps belongs. */
  public Path checkpoint(long step) {
    return checkpointsFolder().resolve(String.format("step-%08d", step));
  }

  /** Complete checkpoints, oldest first. */
  public List<Path> checkpoints() {
    return folders().stream()
        .filter(folder -> Files.isRegularFile(folder.resolve("state.json")))
        .toList();
  }

  /** What has the name of a checkpoint, complete or not, oldest first. */
  List<Path> folders() {
    try (Stream<Path> folders = Files.list(checkpointsFolder())) {
      return folders
          .filter(folder -> CHECKPOINT.matcher(folder.getFileName().toString()).matches())
          .sorted((a, b) -> Long.compare(step(a), step(b)))
          .toList();
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", checkpointsFolder());
    }
  }

  /** The newest complete checkpoint. */
  public Optional<Path> latest() {
    List<Path> all = checkpoints();
    return all.isEmpty() ? Optional.empty() : Optional.of(all.get(all.size() - 1));
  }

  /**
   * Gives a damaged checkpoint a name that no checkpoint has, so that it neither counts as the
   * newest nor is lost; returns where it is now.
   */
  Path setAside(Path checkpoint) {
    Path aside = checkpoint.resolveSibling(checkpoint.getFileName() + ".damaged");
    try {
      AtomicFile.deleteQuietly(aside);
      return Files.move(checkpoint, aside, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw KinetoneException.resource(e, "cannot set the damaged %s aside", checkpoint);
    }
  }

  /** Deletes all but the newest {@code keep} checkpoints. */
  public void prune(int keep) {
    List<Path> all = checkpoints();
    all.subList(0, Math.max(0, all.size() - keep)).forEach(AtomicFile::deleteQuietly);
  }

  /** The lines of {@code metrics.jsonl}. */
  public Path metrics() {
    return root.resolve("metrics.jsonl");
  }

  /** The folder that TensorBoard reads; every run adds a file of its own. */
  public Path events() {
    return root.resolve("events");
  }

  /** The picture of what the networks make after {@code step} steps. */
  public Path samples(long step) {
    return root.resolve("samples").resolve(String.format("step-%06d.png", step));
  }

  /** The plot of {@link #series()}. */
  public Path lossCurve() {
    return root.resolve("loss.png");
  }

  /** The loss of every phase and the validation figures over the steps, for {@link Curves}. */
  public List<Curves.Series> series() {
    Map<String, List<double[]>> points = new LinkedHashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(metrics())) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode node = Json.MAPPER.readTree(line);
        double step = node.path("step").asDouble();
        if (node.has("phase")) {
          point(points, node.get("phase").asText(), step, node.path("loss"));
        }
        node.path("validation")
            .properties()
            .forEach(
                figure -> point(points, VALIDATION + figure.getKey(), step, figure.getValue()));
      }
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", metrics());
    }
    List<Curves.Series> series = new ArrayList<>();
    points.forEach(
        (name, list) ->
            series.add(
                new Curves.Series(
                    name,
                    list.stream().mapToDouble(pair -> pair[0]).toArray(),
                    list.stream().mapToDouble(pair -> pair[1]).toArray())));
    return series;
  }

  /** The figures of the newest validation, by name; none before there is one. */
  public Map<String, Double> heldOut() {
    Map<String, Double> newest = new LinkedHashMap<>();
    if (Files.exists(metrics())) {
      for (Curves.Series one : series()) {
        if (one.name().startsWith(VALIDATION)) {
          newest.put(
              one.name().substring(VALIDATION.length()), one.values()[one.values().length - 1]);
        }
      }
    }
    return newest;
  }

  private static void point(
      Map<String, List<double[]>> points, String name, double step, JsonNode value) {
    // Jackson writes what is not finite as text.
    double y = value.isNumber() ? value.asDouble() : Double.NaN;
    points.computeIfAbsent(name, key -> new ArrayList<>()).add(new double[] {step, y});
  }

  private Path checkpointsFolder() {
    return root.resolve("checkpoints");
  }

  /** The steps done before a checkpoint, by its name. */
  static long step(Path folder) {
    Matcher matcher = CHECKPOINT.matcher(folder.getFileName().toString());
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
  }

  private void removeLeftovers() throws IOException {
    List<Path> entries;
    try (Stream<Path> list = Files.list(checkpointsFolder())) {
      entries = list.toList();
    }
    for (Path entry : entries) {
      Matcher matcher = LEFTOVER.matcher(entry.getFileName().toString());
      if (matcher.matches()) {
        Path target = entry.resolveSibling(matcher.group(2));
        // A folder moved aside is complete; its successor may never have arrived.
        if (matcher.group(1).equals("old") && !Files.exists(target)) {
          Files.move(entry, target, StandardCopyOption.ATOMIC_MOVE);
        } else {
          AtomicFile.deleteQuietly(entry);
        }
      }
    }
  }
}
