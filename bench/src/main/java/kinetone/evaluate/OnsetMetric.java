package kinetone.evaluate;

import java.util.ArrayList;
import java.util.List;
import kinetone.metric.Bootstrap;
import kinetone.metric.FixedGrid;
import kinetone.metric.OnsetF1;

/**
 * {@link OnsetF1} between what is seen and what is heard in the same clip.
 *
 * @param window largest distance of a pair, in seconds
 */
record OnsetMetric(String name, double window, Measure measure) implements Metric {
  @Override
  public String title() {
    return "onsets seen and heard, within %.0f ms (F1)".formatted(1000 * window);
  }

  @Override
  public String protocol() {
    return "Onsets of sound (spectral flux) against onsets of movement (pictures that change more"
        + " than those around them), pairs at most %.0f ms apart, F1 over all onsets of the set."
            .formatted(1000 * window)
        + " Chance: the sound of the next clip, and as many onsets evenly spaced. Clips with both"
        + " tracks. Intervals: bootstrap over clips.";
  }

  @Override
  public Better better() {
    return Better.HIGHER;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return figures(real);
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    double[] perClip = matched(made, 0).stream().mapToDouble(OnsetF1::f1).toArray();
    return new Verdict(figures(made), perClip, List.of());
  }

  @Override
  public double value(Measured real, Measured made) {
    return matched(made, 0).stream().reduce(OnsetF1.NONE, OnsetF1::plus).f1();
  }

  private List<Figure> figures(Measured clips) {
    List<OnsetF1> even = new ArrayList<>();
    for (double[][] rows : clips.rows()) {
      even.add(OnsetF1.match(rows[0], FixedGrid.onsets(rows[1].length, rows[2][0]), window));
    }
    return List.of(
        new Figure(title(), interval(matched(clips, 0))),
        new Figure(title() + ", sound of the next clip", interval(matched(clips, 1))),
        new Figure(title() + ", evenly spaced", interval(even)));
  }

  private List<OnsetF1> matched(Measured clips, int next) {
    List<OnsetF1> all = new ArrayList<>();
    for (int i = 0; i < clips.size(); i++) {
      double[] heard = clips.rows().get((i + next) % clips.size())[1];
      all.add(OnsetF1.match(clips.rows().get(i)[0], heard, window));
    }
    return all;
  }

  private static Bootstrap.Interval interval(List<OnsetF1> clips) {
    return Bootstrap.STANDARD.interval(
        clips.size(),
        drawn -> {
          OnsetF1 sum = OnsetF1.NONE;
          for (int i : drawn) {
            sum = sum.plus(clips.get(i));
          }
          return sum.f1();
        });
  }
}
