package kinetone.evaluate;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.metric.FrechetDistance;
import kinetone.metric.FrechetInfinity;

/**
 * {@link FrechetDistance} between the features of two sets.
 *
 * @param measure whose row 0 are features
 * @param network names the features in the protocol
 */
record FrechetMetric(String name, String title, String network, Measure measure) implements Metric {
  private static final int EXTRAPOLATED = 16;

  @Override
  public String protocol() {
    return "Fréchet distance of Gaussians over "
        + network
        + "; covariances over n - 1, double precision. Few clips make it larger: 'endless clips' is"
        + " the line through subsets over 1/n (Chong and Forsyth 2020), which frees it from the"
        + " number of made clips, not of real ones. Real: every other real clip against the rest,"
        + " half as many. Intervals: bootstrap over made clips, moved by their bias.";
  }

  @Override
  public Better better() {
    return Better.LOWER;
  }

  @Override
  public int fewest() {
    return 4;
  }

  @Override
  public List<Figure> ofReal(Measured real) {
    return figures(new FrechetDistance(half(real, 0)), half(real, 1), new ArrayList<>());
  }

  /** Every other clip, since files often lie in the order of their kinds. */
  private static List<double[]> half(Measured real, int from) {
    List<double[]> half = new ArrayList<>();
    for (int i = from; i < real.size(); i += 2) {
      half.add(real.rows().get(i)[0]);
    }
    return half;
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    List<Point> curve = new ArrayList<>();
    List<Figure> figures = figures(new FrechetDistance(real.row(0)), made.row(0), curve);
    return new Verdict(figures, nearest(real.row(0), made.row(0)), curve);
  }

  private List<Figure> figures(FrechetDistance from, List<double[]> rows, List<Point> curve) {
    List<Figure> figures = new ArrayList<>();
    figures.add(
        new Figure(
            title,
            Intervals.FEWER.centred(rows.size(), drawn -> from.of(Intervals.drawn(rows, drawn)))));
    if (rows.size() >= EXTRAPOLATED) {
      FrechetInfinity endless = FrechetInfinity.of(from, rows, 1);
      figures.add(Figure.exact(title + ", endless clips", endless.value()));
      for (int i = 0; i < endless.clips().size(); i++) {
        curve.add(new Point(endless.clips().get(i), endless.distances().get(i)));
      }
    } else {
      figures.add(null);
    }
    return figures;
  }

  /** How far each clip is from the real one that it is most like: which clips to look at. */
  private static double[] nearest(List<double[]> real, List<double[]> made) {
    return made.stream()
        .mapToDouble(
            clip -> Math.sqrt(real.stream().mapToDouble(one -> square(clip, one)).min().orElse(0)))
        .toArray();
  }

  private static double square(double[] one, double[] other) {
    double[] off = one.clone();
    Arrays.setAll(off, i -> (one[i] - other[i]) * (one[i] - other[i]));
    return Arrays.stream(off).sum();
  }
}
