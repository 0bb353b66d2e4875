package kinetone.evaluate.sensitivity;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;
import java.util.stream.IntStream;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.evaluate.Evaluation;
import kinetone.evaluate.Evaluation.ClipSet;
import kinetone.evaluate.Measured;
import kinetone.evaluate.Metric;
import kinetone.metric.Bootstrap;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.ProgressListener;

/**
 * Finds out what metrics notice. Every other clip of a folder is real, the rest is altered step by
 * step; each metric compares altered clips with the real ones, and with the same clips as they are.
 *
 * @param metrics which
 * @param alterations which
 * @param work folder for altered clips and for measured numbers; what is there is not made again
 * @param seconds of each clip that count
 * @param seed of noise
 */
public record Sensitivity(
    List<Metric> metrics, List<Alteration> alterations, Path work, double seconds, long seed) {
  /** Fewer altered clips say nothing. */
  public static final int FEWEST = 8;

  /** Of the most that a metric moves under any alteration. */
  private static final double LITTLE = 0.05;

  private static final Bootstrap DRAWS = new Bootstrap(200, 0.95, 1);

  /** Numbers of the sets, by the folder of their clips. */
  private record Numbers(
      Map<String, Measured> real,
      Map<String, Measured> unaltered,
      Map<Path, Map<String, Measured>> altered) {}

  /**
   * Alters, measures and compares.
   *
   * @param folder of clips with both tracks
   * @param most how many are looked at, half of them as real ones
   */
  public SensitivityReport run(
      Path folder, int most, ProgressListener progress, Cancellation cancellation) {
    List<Evaluation.Fault> faults = new ArrayList<>();
    List<Path> whole = whole(folder, most, faults);
    List<Path> real = everyOther(whole, 0);
    List<Path> sources = everyOther(whole, 1);
    Check.that(
        sources.size() >= FEWEST,
        "%s holds %d clips with picture and sound; %d at least are needed, half of them as real"
            + " ones",
        folder,
        whole.size(),
        2 * FEWEST);
    AlteredClips clips = new AlteredClips(work.resolve(name(whole)), seconds, seed);
    clips.write(sources, alterations, progress, cancellation);
    AlteredClips untouched = new AlteredClips(clips.folder().resolve("real"), seconds, seed);
    untouched.write(real, List.of(), progress, cancellation);
    Evaluation evaluation =
        new Evaluation(metrics, work.resolve("features"), 0, OptionalDouble.empty());
    Map<Path, Map<String, Measured>> altered = new HashMap<>();
    for (Alteration alteration : alterations) {
      for (double level : alteration.levels()) {
        Path at = clips.altered(alteration, level);
        altered.put(at, measured(evaluation, at, new ArrayList<>(), progress, cancellation));
      }
    }
    Numbers numbers =
        new Numbers(
            measured(evaluation, untouched.unaltered(), faults, progress, cancellation),
            measured(evaluation, clips.unaltered(), faults, progress, cancellation),
            altered);
    List<SensitivityReport.Row> rows = new ArrayList<>();
    metrics.forEach(metric -> rows.addAll(rows(metric, clips, numbers)));
    return new SensitivityReport(
        protocol(real.size(), sources.size()), real.size(), sources.size(), rows, faults);
  }

  private String protocol(int real, int altered) {
    return "%d clips are real, %d others are altered, at most %s s of each, all encoded the same way;"
            .formatted(real, altered, seconds)
        + " noise of seed "
        + seed
        + ". Metrics of pairs compare with the same clips as they are. Brackets: 95 % intervals,"
        + " 200 draws of clips, the same for altered and unaltered ones, moved by their bias."
        + " 'steadily': no step takes back a tenth of the way; 'hardly': the right way, but by less"
        + " than half the interval of the figure itself, or than a twentieth of the most that the"
        + " metric moves here; 'same': does not look at it.";
  }

  private static Map<String, Measured> measured(
      Evaluation evaluation,
      Path folder,
      List<Evaluation.Fault> faults,
      ProgressListener progress,
      Cancellation cancellation) {
    return evaluation.measure(
        new ClipSet(folder.getFileName().toString(), folder), faults, cancellation, progress);
  }

  /** Clips with both tracks, spread over the folder when there are more than wanted. */
  private List<Path> whole(Path folder, int most, List<Evaluation.Fault> faults) {
    List<Path> whole = new ArrayList<>();
    for (Path clip : Evaluation.clips(folder)) {
      String name = clip.getFileName().toString();
      try {
        AlteredClips.read(clip, seconds);
        whole.add(clip);
      } catch (KinetoneException e) {
        faults.add(new Evaluation.Fault("real", name, e.getMessage(), false));
      }
    }
    if (whole.size() <= most) {
      return whole;
    }
    int all = whole.size();
    return IntStream.range(0, most)
        .mapToObj(i -> whole.get((int) ((long) i * all / most)))
        .toList();
  }

  private static List<Path> everyOther(List<Path> clips, int from) {
    return IntStream.range(0, clips.size())
        .filter(i -> i % 2 == from)
        .mapToObj(clips::get)
        .toList();
  }

  /** So that clips of another run are never taken for those of this one. */
  private String name(List<Path> clips) {
    StringBuilder all = new StringBuilder();
    clips.forEach(clip -> all.append(clip.getFileName()).append(Evaluation.hash(clip)));
    all.append(seconds).append(' ').append(seed);
    return "clips-"
        + UUID.nameUUIDFromBytes(all.toString().getBytes(StandardCharsets.UTF_8))
            .toString()
            .substring(0, 8);
  }

  /** What was found of one metric and one alteration, before anyone says what it means. */
  private record Found(
      Alteration alteration,
      Bootstrap.Interval before,
      List<Double> figures,
      List<Bootstrap.Interval> harm) {
    boolean measured() {
      return !Double.isNaN(before.value());
    }

    double most() {
      return harm.stream()
          .mapToDouble(Bootstrap.Interval::value)
          .filter(Double::isFinite)
          .max()
          .orElse(0);
    }
  }

  private List<SensitivityReport.Row> rows(Metric metric, AlteredClips clips, Numbers numbers) {
    List<Found> all = alterations.stream().map(one -> found(metric, one, clips, numbers)).toList();
    double most = all.stream().mapToDouble(Found::most).max().orElse(0);
    return all.stream()
        .map(
            one ->
                new SensitivityReport.Row(
                    metric.name(),
                    one.alteration().title(),
                    one.alteration().unit(),
                    one.alteration().levels(),
                    one.before(),
                    one.figures(),
                    one.harm(),
                    reaction(one, LITTLE * most).words()))
        .toList();
  }

  private static Reaction reaction(Found found, double little) {
    double half = (found.before().high() - found.before().low()) / 2;
    return found.measured()
        ? Reaction.of(found.harm(), Math.max(half, little))
        : Reaction.UNMEASURED;
  }

  private static Found found(
      Metric metric, Alteration alteration, AlteredClips clips, Numbers numbers) {
    String id = metric.measure().id();
    Measured unaltered = numbers.unaltered().get(id);
    Measured real = metric.paired() ? unaltered : numbers.real().get(id);
    List<Measured> altered =
        alteration.levels().stream()
            .map(level -> numbers.altered().get(clips.altered(alteration, level)).get(id))
            .toList();
    int fewest = Math.max(2, metric.fewest());
    if (Math.min(real.size(), unaltered.size()) < fewest
        || altered.stream().anyMatch(set -> set.size() < fewest)) {
      Bootstrap.Interval none = new Bootstrap.Interval(Double.NaN, Double.NaN, Double.NaN);
      return new Found(
          alteration,
          none,
          altered.stream().map(set -> Double.NaN).toList(),
          altered.stream().map(set -> none).toList());
    }
    Badness badness = new Badness(metric, real);
    return new Found(
        alteration,
        DRAWS.centred(
            unaltered.size(), drawn -> metric.value(real, Badness.drawn(unaltered, drawn))),
        altered.stream().map(set -> metric.value(real, set)).toList(),
        altered.stream().map(set -> badness.harm(DRAWS, unaltered, set)).toList());
  }
}
