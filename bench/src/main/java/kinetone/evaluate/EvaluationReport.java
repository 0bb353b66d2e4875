package kinetone.evaluate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import kinetone.metric.Bootstrap;
import kinetone.metric.PairedComparison;

/**
 * What an evaluation found.
 *
 * @param sets the real one first
 * @param startSeconds of the part of each clip that counted
 * @param seconds length of that part; null to the end
 * @param metrics in the order of the list
 * @param faults clips that could not be read, or that people should know of
 * @param notes what must be known to compare, one sentence each
 */
public record EvaluationReport(
    List<SetSize> sets,
    double startSeconds,
    Double seconds,
    List<MetricResult> metrics,
    List<Evaluation.Fault> faults,
    List<String> notes) {
  /** The same with notes. */
  public EvaluationReport with(List<String> told) {
    return new EvaluationReport(sets, startSeconds, seconds, metrics, faults, told);
  }

  /** How many files a set has. */
  public record SetSize(String name, int clips) {}

  /**
   * One metric.
   *
   * @param better lower, higher or like real
   * @param realClips that have what is measured
   * @param real what real clips get
   * @param sets of made clips
   * @param differences of the sets from the first, where clips of the same names make pairs
   */
  public record MetricResult(
      String name,
      String title,
      String better,
      String protocol,
      int realClips,
      List<Metric.Figure> real,
      List<SetResult> sets,
      List<Difference> differences) {}

  /**
   * One metric of one set.
   *
   * @param clips that have what is measured
   * @param figures none where there were too few clips
   * @param perClip values of single clips, in order of names; empty where there are none
   * @param curve the figure by number of clips
   */
  public record SetResult(
      String set,
      int clips,
      List<Metric.Figure> figures,
      List<ClipValue> perClip,
      List<Metric.Point> curve) {
    static SetResult of(String set, Measured clips, Metric.Verdict verdict) {
      List<ClipValue> values = new ArrayList<>();
      for (int i = 0; i < verdict.perClip().length; i++) {
        if (!Double.isNaN(verdict.perClip()[i])) {
          values.add(new ClipValue(clips.clips().get(i), verdict.perClip()[i]));
        }
      }
      return new SetResult(set, clips.size(), verdict.figures(), values, verdict.curve());
    }
  }

  /** What a metric says of one clip. */
  public record ClipValue(String clip, double value) {}

  /**
   * Mean over clips of one set less that of the first, over the same clips.
   *
   * @param pairs how many
   * @param interval of the difference
   * @param p two-sided, paired bootstrap
   */
  public record Difference(
      String set, String from, int pairs, Bootstrap.Interval interval, double p) {}

  static List<Difference> differences(List<SetResult> sets) {
    List<Difference> differences = new ArrayList<>();
    for (int other = 1; other < sets.size(); other++) {
      Map<String, Double> first = new HashMap<>();
      sets.get(0).perClip().forEach(one -> first.put(ClipName.key(one.clip()), one.value()));
      List<ClipValue> shared =
          sets.get(other).perClip().stream()
              .filter(one -> first.containsKey(ClipName.key(one.clip())))
              .toList();
      if (shared.size() > 1) {
        double[] mine = shared.stream().mapToDouble(ClipValue::value).toArray();
        double[] its =
            shared.stream().mapToDouble(one -> first.get(ClipName.key(one.clip()))).toArray();
        PairedComparison found = PairedComparison.ofMeans(Bootstrap.STANDARD, mine, its);
        differences.add(
            new Difference(
                sets.get(other).set(),
                sets.get(0).set(),
                shared.size(),
                found.difference(),
                found.p()));
      }
    }
    return differences;
  }
}
