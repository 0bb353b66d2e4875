package kinetone.evaluate.sensitivity;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import kinetone.evaluate.Measured;
import kinetone.evaluate.Metric;
import kinetone.metric.Bootstrap;

/** How bad clips are by one metric, turned so that more is worse. */
final class Badness {
  private final Metric metric;
  private final Measured real;
  private final double wanted;

  /**
   * Of a metric.
   *
   * @param real what it compares with
   */
  Badness(Metric metric, Measured real) {
    this.metric = metric;
    this.real = real;
    wanted = metric.value(real, real);
  }

  private double of(Measured clips) {
    double value = metric.value(real, clips);
    return switch (metric.better()) {
      case LOWER -> value;
      case HIGHER -> -value;
      case LIKE_REAL -> Math.abs(value - wanted);
    };
  }

  /** By how much altered clips are worse than the same clips before, drawn together. */
  Bootstrap.Interval harm(Bootstrap draws, Measured before, Measured after) {
    Map<String, Integer> places = new HashMap<>();
    for (int i = 0; i < after.size(); i++) {
      places.put(after.clips().get(i), i);
    }
    List<int[]> pairs =
        IntStream.range(0, before.size())
            .mapToObj(
                i -> {
                  Integer place = places.get(before.clips().get(i));
                  return place == null ? null : new int[] {i, place};
                })
            .filter(Objects::nonNull)
            .toList();
    return draws.centred(
        pairs.size(),
        drawn ->
            of(drawn(after, Arrays.stream(drawn).map(i -> pairs.get(i)[1]).toArray()))
                - of(drawn(before, Arrays.stream(drawn).map(i -> pairs.get(i)[0]).toArray())));
  }

  /** The clips of these numbers, some of them again. */
  static Measured drawn(Measured clips, int[] numbers) {
    return new Measured(
        Arrays.stream(numbers).mapToObj(clips.clips()::get).toList(),
        Arrays.stream(numbers).mapToObj(clips.rows()::get).toList());
  }
}
