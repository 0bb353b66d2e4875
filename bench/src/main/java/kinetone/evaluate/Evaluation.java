package kinetone.evaluate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.media.Clip;
import kinetone.media.ClipReader;
import kinetone.media.FileTrial;
import kinetone.media.ReadOptions;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;

/**
 * Measures folders of clips and compares them. One clip at a time is decoded; what is kept in
 * memory are the numbers of {@link Measure}s.
 *
 * @param metrics which are wanted
 * @param features folder in which measured numbers are kept
 * @param startSeconds of the part of each clip that counts, for example behind what was given to a
 *     continuation
 * @param seconds length of that part; empty goes to the end
 * @param pictures form of the pictures; empty leaves them as they are
 * @param trial of each file before it is decoded
 */
public record Evaluation(
    List<Metric> metrics,
    Path features,
    double startSeconds,
    OptionalDouble seconds,
    Optional<PictureForm> pictures,
    FileTrial trial) {
  private static final Set<String> ENDINGS =
      Set.of("mp4", "mov", "mkv", "webm", "avi", "wav", "flac", "mp3", "ogg", "m4a", "opus");

  private static final Measure LEVEL = new LevelMeasure();

  /** Of pictures as they are. */
  public Evaluation(
      List<Metric> metrics, Path features, double startSeconds, OptionalDouble seconds) {
    this(metrics, features, startSeconds, seconds, Optional.empty(), FileTrial.none());
  }

  /**
   * A set of clips.
   *
   * @param name in the report
   * @param folder whose media files count, not those in folders below
   */
  public record ClipSet(String name, Path folder) {}

  /**
   * A clip that people should know of.
   *
   * @param counted whether its numbers are in the figures all the same
   */
  public record Fault(String set, String clip, String what, boolean counted) {}

  /** The numbers of one set, by {@link Measure#id}. */
  private record SetNumbers(ClipSet set, int clips, Map<String, Measured> numbers) {
    Measured of(Metric metric) {
      return numbers.get(metric.measure().id());
    }
  }

  /** The media files of a folder, by name. */
  public static List<Path> clips(Path folder) {
    Check.that(Files.isDirectory(folder), "%s is no folder of clips", folder);
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> clips = files.filter(Evaluation::isMedia).sorted().toList();
      Check.that(
          !clips.isEmpty(),
          "%s holds no clip; files that end in %s count",
          folder,
          ENDINGS.stream().sorted().map(ending -> "." + ending).collect(Collectors.joining(", ")));
      return clips;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isMedia(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    return !name.startsWith(".")
        && ENDINGS.contains(name.substring(name.lastIndexOf('.') + 1))
        && !Files.isDirectory(file);
  }

  /**
   * Compares.
   *
   * @param made one set at least
   * @param progress hears clip by clip
   */
  public EvaluationReport run(
      ClipSet real, List<ClipSet> made, ProgressListener progress, Cancellation cancellation) {
    List<ClipSet> sets = new ArrayList<>(List.of(real));
    sets.addAll(made);
    int all = sets.stream().mapToInt(set -> clips(set.folder()).size()).sum();
    List<Fault> faults = new ArrayList<>();
    List<SetNumbers> measured = new ArrayList<>();
    int done = 0;
    for (ClipSet set : sets) {
      int before = done;
      int clips = clips(set.folder()).size();
      Map<String, Measured> numbers =
          measure(
              set,
              faults,
              cancellation,
              (phase, step, steps) -> progress.progress(set.name(), before + step, all));
      done += clips;
      measured.add(new SetNumbers(set, clips, numbers));
    }
    return report(measured, faults);
  }

  /** SHA-256 of a file, by which its numbers are kept. */
  public static String hash(Path file) {
    return MeasureCache.hash(file);
  }

  /**
   * What the metrics need of a set, by {@link Measure#id}.
   *
   * @param faults gets clips that could not be read, or that people should know of
   */
  public Map<String, Measured> measure(
      ClipSet set, List<Fault> faults, Cancellation cancellation, ProgressListener progress) {
    MeasureCache cache = new MeasureCache(features);
    List<Measure> measures = measures();
    Map<String, Measured> numbers = new LinkedHashMap<>();
    measures.forEach(
        one -> numbers.put(one.id(), new Measured(new ArrayList<>(), new ArrayList<>())));
    List<Path> clips = clips(set.folder());
    for (int i = 0; i < clips.size(); i++) {
      if (cancellation.isCancelled()) {
        throw new CancellationException("stopped");
      }
      Path file = clips.get(i);
      String name = file.getFileName().toString();
      try {
        Map<Measure, double[][]> found = numbers(file, measures, cache);
        found.forEach(
            (measure, rows) -> {
              if (rows.length > 0) {
                numbers.get(measure.id()).clips().add(name);
                numbers.get(measure.id()).rows().add(rows);
              }
            });
        double[][] level = found.get(LEVEL);
        if (level.length > 0 && level[0][1] == 1) {
          faults.add(new Fault(set.name(), name, "silent from end to end", true));
        }
      } catch (KinetoneException e) {
        if (e.kind() != KinetoneException.Kind.USER) {
          throw e;
        }
        faults.add(new Fault(set.name(), name, e.getMessage(), false));
      }
      progress.progress(set.name(), i + 1, clips.size());
    }
    return numbers;
  }

  /** What the metrics need and what tells silent clips, each once. */
  private List<Measure> measures() {
    Map<String, Measure> byId = new LinkedHashMap<>();
    byId.put(LEVEL.id(), LEVEL);
    metrics.forEach(metric -> byId.putIfAbsent(metric.measure().id(), metric.measure()));
    return List.copyOf(byId.values());
  }

  /** From the cache, or measured; a file is decoded once for all measures that read it alike. */
  private Map<Measure, double[][]> numbers(Path file, List<Measure> measures, MeasureCache cache) {
    ReadOptions plain = ReadOptions.defaults();
    String part = "";
    if (startSeconds > 0 || seconds.isPresent()) {
      plain =
          seconds.isPresent()
              ? plain.withInterval(startSeconds, seconds.getAsDouble())
              : plain.withStart(startSeconds);
      part =
          "-from-%s-for-%s"
              .formatted(startSeconds, seconds.isPresent() ? seconds.getAsDouble() : "all");
    }
    if (pictures.isPresent()) {
      plain = pictures.get().of(plain);
      part += pictures.get().id();
    }
    String hash = MeasureCache.hash(file);
    Map<ReadOptions, Clip> read = new HashMap<>();
    Map<Measure, double[][]> found = new LinkedHashMap<>();
    for (Measure measure : measures) {
      String id = measure.id() + part + measure.beside(file);
      double[][] rows = cache.get(hash, id).orElse(null);
      if (rows == null) {
        if (read.isEmpty()) {
          trial.of(file);
        }
        Clip clip =
            read.computeIfAbsent(measure.reading(plain), options -> ClipReader.read(file, options));
        rows = measure.of(file, clip);
        requireFinite(file, measure, rows);
        cache.put(hash, id, rows);
      }
      found.put(measure, rows);
    }
    return found;
  }

  /** Loudness of silence is −∞; everything else is a number or a fault. */
  private static void requireFinite(Path file, Measure measure, double[][] rows) {
    if (measure == LEVEL) {
      return;
    }
    for (double[] row : rows) {
      for (double number : row) {
        Check.that(Double.isFinite(number), "%s: what is measured of it is no number", file);
      }
    }
  }

  private EvaluationReport report(List<SetNumbers> measured, List<Fault> faults) {
    SetNumbers real = measured.get(0);
    List<SetNumbers> made = measured.subList(1, measured.size());
    List<EvaluationReport.MetricResult> results = new ArrayList<>();
    for (Metric metric : metrics) {
      results.add(result(metric, real, made));
    }
    return new EvaluationReport(
        measured.stream()
            .map(set -> new EvaluationReport.SetSize(set.set().name(), set.clips()))
            .toList(),
        startSeconds,
        seconds.isPresent() ? seconds.getAsDouble() : null,
        results,
        faults,
        List.of());
  }

  private static EvaluationReport.MetricResult result(
      Metric metric, SetNumbers real, List<SetNumbers> made) {
    Measured truth = real.of(metric);
    List<EvaluationReport.SetResult> sets = new ArrayList<>();
    boolean enough = truth.size() >= metric.fewest();
    for (SetNumbers set : made) {
      Measured clips = set.of(metric);
      Metric.Verdict verdict =
          enough && clips.size() >= metric.fewest()
              ? metric.of(truth, clips)
              : new Metric.Verdict(List.of(), new double[0], List.of());
      sets.add(EvaluationReport.SetResult.of(set.set().name(), clips, verdict));
    }
    return new EvaluationReport.MetricResult(
        metric.name(),
        metric.title(),
        metric.better().name().toLowerCase(Locale.ROOT).replace('_', ' '),
        metric.protocol(),
        truth.size(),
        enough ? metric.ofReal(truth) : List.of(),
        sets,
        EvaluationReport.differences(sets));
  }
}
