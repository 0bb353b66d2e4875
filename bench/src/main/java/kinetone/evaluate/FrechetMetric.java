package kinetone.evaluate;

import java.util.ArrayList;
import java.util.List;
import kinetone.metric.FrechetDistance;
import kinetone.metric.FrechetInfinity;

/**
 * {@link FrechetDistance} between the features of two sets.
 *
 * @param measure whose rows are features
 * @param network names the features in the protocol
 * @param rows which rows of a clip count
 */
record FrechetMetric(String name, String title, String network, Measure measure, Rows rows)
    implements Metric {
  private static final int EXTRAPOLATED = 16;

  /** Which rows of a clip are features. */
  enum Rows {
    /** One row for a clip; others hold something else. */
    FIRST {
      @Override
      List<double[]> of(double[][] clip) {
        return List.of(clip[0]);
      }
    },
    /** All, as many as the clip is long. */
    ALL {
      @Override
      List<double[]> of(double[][] clip) {
        return List.of(clip);
      }
    };

    abstract List<double[]> of(double[][] clip);
  }

  @Override
  public String protocol() {
    String endless =
        rows == Rows.FIRST
            ? " 'endless clips' is the line through subsets over 1/n (Chong and Forsyth 2020),"
                + " which frees it from the number of made clips, not of real ones."
            : "";
    return "Fréchet distance of Gaussians over "
        + network
        + "; covariances over n - 1, double precision. Few clips make it larger."
        + endless
        + " Real: every other real clip against the rest, half as many. Intervals: bootstrap over"
        + " made clips, moved by their bias; none where features are 1024 wide and 1024 or more.";
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
    List<List<double[]>> clips = clips(real);
    return figures(
        new FrechetDistance(together(half(clips, 0))), half(clips, 1), new ArrayList<>());
  }

  /** Every other clip, since files often lie in the order of their kinds. */
  private static List<List<double[]>> half(List<List<double[]>> clips, int from) {
    List<List<double[]>> half = new ArrayList<>();
    for (int i = from; i < clips.size(); i += 2) {
      half.add(clips.get(i));
    }
    return half;
  }

  private List<List<double[]>> clips(Measured set) {
    return set.rows().stream().map(rows::of).toList();
  }

  private static List<double[]> together(List<List<double[]>> clips) {
    return clips.stream().flatMap(List::stream).toList();
  }

  @Override
  public Verdict of(Measured real, Measured made) {
    List<Point> curve = new ArrayList<>();
    List<double[]> truth = together(clips(real));
    List<Figure> figures = figures(new FrechetDistance(truth), clips(made), curve);
    return new Verdict(figures, nearest(truth, clips(made)), curve);
  }

  @Override
  public double value(Measured real, Measured made) {
    return new FrechetDistance(together(clips(real))).of(together(clips(made)));
  }

  private List<Figure> figures(
      FrechetDistance from, List<List<double[]>> clips, List<Point> curve) {
    List<Figure> figures = new ArrayList<>();
    List<double[]> all = together(clips);
    figures.add(
        Intervals.isDear(all)
            ? Figure.exact(title, from.of(all))
            : new Figure(
                title,
                Intervals.ofDistance(all)
                    .centred(
                        clips.size(), drawn -> from.of(together(Intervals.drawn(clips, drawn))))));
    if (rows == Rows.FIRST && clips.size() >= EXTRAPOLATED) {
      FrechetInfinity endless = FrechetInfinity.of(from, all, 1);
      figures.add(Figure.exact(title + ", endless clips", endless.value()));
      for (int i = 0; i < endless.clips().size(); i++) {
        curve.add(new Point(endless.clips().get(i), endless.distances().get(i)));
      }
    } else {
      figures.add(null);
    }
    return figures;
  }

  /**
   * How far each clip is, in the mean of its rows, from the real one that it is most like: which
   * clips to look at.
   */
  private static double[] nearest(List<double[]> real, List<List<double[]>> made) {
    return made.stream()
        .mapToDouble(
            clip ->
                clip.stream()
                    .mapToDouble(
                        row ->
                            Math.sqrt(
                                real.stream().mapToDouble(one -> square(row, one)).min().orElse(0)))
                    .average()
                    .orElse(0))
        .toArray();
  }

  private static double square(double[] one, double[] other) {
    double sum = 0;
    for (int i = 0; i < one.length; i++) {
      sum += (one[i] - other[i]) * (one[i] - other[i]);
    }
    return sum;
  }
}
