package kinetone.experiment;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import kinetone.metric.Bootstrap;

/** From what was measured to figures, comparisons and verdicts. */
final class Results {
  /** What rows of real scenes are called. */
  static final String REAL = "real";

  /** Distances of draws cost more than means. */
  private static final Bootstrap DRAWS = new Bootstrap(500, 0.95, 1);

  private final Experiment experiment;
  private final int clips;
  private final Map<String, Real> real;
  private final Map<String, Map<String, List<MeasuredTask>>> made;

  /**
   * Real scenes of a task.
   *
   * @param reference from which distances are taken
   * @param floor other real scenes, as many, those that clips were made for
   */
  record Real(MeasuredTask reference, MeasuredTask floor) {}

  /**
   * Of all that was measured.
   *
   * @param real by task
   * @param made by variant and task, one for each seed
   */
  Results(
      Experiment experiment,
      int clips,
      Map<String, Real> real,
      Map<String, Map<String, List<MeasuredTask>>> made) {
    this.experiment = experiment;
    this.clips = clips;
    this.real = real;
    this.made = made;
  }

  ExperimentResult result(String budget, List<Long> seeds, List<ExperimentResult.Loss> losses) {
    List<ExperimentResult.Row> rows = new ArrayList<>();
    for (AskedTask task : experiment.tasks()) {
      for (Quantity quantity : shown(task)) {
        rows.add(row(REAL, task, quantity, List.of(real.get(task.task()).floor())));
        for (Variant variant : experiment.variants()) {
          rows.add(row(variant.name(), task, quantity, made(variant.name(), task.task())));
        }
      }
    }
    List<Verdict> verdicts =
        experiment.claims().stream().map(claim -> Verdict.of(claim, comparisons(claim))).toList();
    return new ExperimentResult(
        experiment.title(),
        budget,
        seeds,
        clips,
        ExperimentResult.PROTOCOL,
        losses,
        rows,
        verdicts);
  }

  private List<Quantity> quantities(AskedTask task) {
    return Quantity.of(task, real.get(task.task()).reference());
  }

  /** With what chance gives. */
  private List<Quantity> shown(AskedTask task) {
    List<Quantity> shown = new ArrayList<>();
    for (Quantity quantity : quantities(task)) {
      shown.add(quantity);
      quantity
          .chance()
          .ifPresent(
              chance ->
                  shown.add(
                      new Quantity(
                          quantity.name() + ", shuffled",
                          quantity.lowIsGood(),
                          chance,
                          Optional.empty())));
    }
    return shown;
  }

  private List<MeasuredTask> made(String variant, String task) {
    return made.get(variant).get(task);
  }

  private ExperimentResult.Row row(
      String variant, AskedTask task, Quantity quantity, List<MeasuredTask> bySeed) {
    Bootstrap.Interval value =
        quantity.lowIsGood()
            ? DRAWS.centred(clips, drawn -> mean(quantity, bySeed, drawn))
            : DRAWS.interval(clips, drawn -> mean(quantity, bySeed, drawn));
    return new ExperimentResult.Row(
        variant, task.task(), quantity.name(), value, each(quantity, bySeed));
  }

  private List<Double> each(Quantity quantity, List<MeasuredTask> bySeed) {
    int[] all = IntStream.range(0, clips).toArray();
    return bySeed.stream().map(one -> quantity.figure().of(one, all)).toList();
  }

  private static double mean(Quantity quantity, List<MeasuredTask> bySeed, int[] drawn) {
    return mean(quantity.figure(), bySeed, drawn);
  }

  private static double mean(Quantity.Figure figure, List<MeasuredTask> bySeed, int[] drawn) {
    return bySeed.stream().mapToDouble(one -> figure.of(one, drawn)).average().orElse(Double.NaN);
  }

  private List<Comparison> comparisons(Claim claim) {
    List<Comparison> all = new ArrayList<>();
    for (String name : claim.tasks()) {
      AskedTask task = experiment.task(name);
      for (Quantity quantity : quantities(task)) {
        for (String other : claim.than()) {
          all.add(comparison(task, quantity, claim.variant(), other));
        }
      }
    }
    return all;
  }

  private Comparison comparison(AskedTask task, Quantity quantity, String variant, String other) {
    List<MeasuredTask> ours = made(variant, task.task());
    List<MeasuredTask> theirs = made(other, task.task());
    List<Double> left = each(quantity, ours);
    List<Double> right = each(quantity, theirs);
    Bootstrap.Interval advantage =
        DRAWS.interval(
            clips,
            drawn ->
                quantity.advantage(mean(quantity, ours, drawn), mean(quantity, theirs, drawn)));
    return new Comparison(
        task.task(),
        quantity.name(),
        variant,
        other,
        advantage,
        IntStream.range(0, left.size())
            .mapToObj(i -> quantity.advantage(left.get(i), right.get(i)))
            .toList(),
        right.stream().mapToDouble(one -> one).average().orElse(Double.NaN),
        !aboveChance(quantity, ours) && !aboveChance(quantity, theirs));
  }

  private boolean aboveChance(Quantity quantity, List<MeasuredTask> bySeed) {
    return quantity
        .chance()
        .map(
            chance ->
                DRAWS
                        .interval(
                            clips,
                            drawn -> mean(quantity, bySeed, drawn) - mean(chance, bySeed, drawn))
                        .low()
                    > 0)
        .orElse(true);
  }
}
