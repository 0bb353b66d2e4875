package kinetone.experiment;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import kinetone.metric.FrechetDistance;
import kinetone.metric.OnsetF1;

/**
 * A figure of the clips of a task.
 *
 * @param name what it is
 * @param lowIsGood whether less is better
 * @param figure of the clips of these numbers, of which some may come again
 * @param chance the same where clips do not belong together; empty where nothing is matched
 */
record Quantity(String name, boolean lowIsGood, Figure figure, Optional<Figure> chance) {
  /** Within a frame of the shipped models. */
  private static final double WINDOW = 0.125;

  /** A number of some of the clips of a measured task. */
  @FunctionalInterface
  interface Figure {
    double of(MeasuredTask clips, int[] drawn);
  }

  /**
   * What a task is judged by: how far what it makes is from real clips, and whether what happens
   * happens in time.
   *
   * @param reference real clips of other scenes
   */
  static List<Quantity> of(AskedTask task, MeasuredTask reference) {
    List<Quantity> all = new ArrayList<>();
    if (task.pictures()) {
      all.add(
          distance("Fréchet distance, pictures", reference, MeasuredTask.MeasuredClip::pictures));
    }
    if (task.sound()) {
      all.add(distance("Fréchet distance, sound", reference, MeasuredTask.MeasuredClip::sound));
    }
    all.add(
        new Quantity(
            "onset F1 within 125 ms",
            false,
            (clips, drawn) -> onsets(clips, drawn, i -> i),
            Optional.of((clips, drawn) -> onsets(clips, drawn, i -> next(clips, i)))));
    return all;
  }

  private static Quantity distance(
      String name, MeasuredTask reference, Function<MeasuredTask.MeasuredClip, double[]> features) {
    FrechetDistance distance =
        new FrechetDistance(reference.clips().stream().map(features).toList());
    return new Quantity(
        name,
        true,
        (task, drawn) ->
            distance.of(
                Arrays.stream(drawn).mapToObj(i -> features.apply(task.clips().get(i))).toList()),
        Optional.empty());
  }

  /**
   * Over all onsets of clips with impacts; none in a set without any is no number.
   *
   * @param partner whose expected onsets count for a clip
   */
  private static double onsets(MeasuredTask task, int[] drawn, IntUnaryOperator partner) {
    OnsetF1 sum = OnsetF1.NONE;
    for (int i : drawn) {
      MeasuredTask.MeasuredClip clip = task.clips().get(i);
      if (clip.impacts()) {
        double[] expected = task.clips().get(partner.applyAsInt(i)).expected();
        sum = sum.plus(OnsetF1.match(expected, clip.found(), WINDOW));
      }
    }
    return sum.detected() + sum.expected() == 0 ? Double.NaN : sum.f1();
  }

  /** The next clip with impacts after clip {@code i}; after the last one the first. */
  private static int next(MeasuredTask task, int i) {
    int count = task.clips().size();
    int next = (i + 1) % count;
    while (!task.clips().get(next).impacts()) {
      next = (next + 1) % count;
    }
    return next;
  }

  /** By how much {@code one} is better than {@code other}, both in units of this. */
  double advantage(double one, double other) {
    return lowIsGood ? other - one : one - other;
  }
}
