package kinetone.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import kinetone.common.Check;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/**
 * A plot of figures over steps or sizes, for run folders, model cards and reports. Drawn without a
 * display.
 *
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 * @param logarithmic whether the vertical axis is; values that are not positive are then left out
 * @param yLabel what the vertical axis shows
 * @param xLabel what the horizontal axis shows
 */
public record Curves(int width, int height, boolean logarithmic, String yLabel, String xLabel) {
  // Okabe, Ito 2008: told apart by colour-blind readers too.
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9));

  private static final float STROKE = 1.6f;
  private static final float MITRE_LIMIT = 10;

  /** Checks the size. */
  public Curves {
    Check.atLeast("width", width, 200);
    Check.atLeast("height", height, 150);
  }

  /** Over steps of a training. */
  public Curves(int width, int height, boolean logarithmic, String yLabel) {
    this(width, height, logarithmic, yLabel, "step");
  }

  /** A curve: {@code values[i]} at {@code steps[i]}; values that are not finite leave a gap. */
  public record Series(String name, double[] steps, double[] values) {
    /**
     * Means over windows, so that at most {@code points} remain and noise does not hide the course.
     */
    public Series thinned(int points) {
      int window = Math.max(1, (values.length + points - 1) / points);
      int count = (values.length + window - 1) / window;
      double[] x = new double[count];
      double[] y = new double[count];
      for (int i = 0; i < count; i++) {
        int from = i * window;
        int to = Math.min(values.length, from + window);
        for (int j = from; j < to; j++) {
          x[i] += steps[j] / (to - from);
          y[i] += values[j] / (to - from);
        }
      }
      return new Series(name, x, y);
    }
  }

  /** Writes the plot as PNG, atomically. */
  public void write(Path png, List<Series> series) {
    Png.write(png, draw(series));
  }

  /** The plot as a picture. */
  public BufferedImage draw(List<Series> series) {
    XYChart chart =
        new XYChartBuilder()
            .width(width)
            .height(height)
            .theme(Styler.ChartTheme.Matlab)
            .xAxisTitle(xLabel)
            .yAxisTitle(logarithmic ? yLabel + " (log)" : yLabel)
            .build();
    XYStyler style = chart.getStyler();
    if (logarithmic) {
      // Not the library's own logarithmic axis, which has no numbers between powers of ten.
      style.setyAxisTickLabelsFormattingFunction(
          exponent -> String.format(Locale.ROOT, "%.3g", Math.pow(10, exponent)));
    }
    style.setXAxisDecimalPattern("#,##0");
    // Beside the lines, which may end anywhere within.
    style.setLegendPosition(Styler.LegendPosition.OutsideE);
    style.setSeriesColors(COLOURS.toArray(Color[]::new));
    for (Series one : series) {
      double[] shown = Arrays.stream(one.values()).map(this::shown).toArray();
      if (Arrays.stream(shown).anyMatch(Double::isFinite)) {
        XYSeries line = chart.addSeries(one.name(), one.steps(), shown);
        line.setMarker(SeriesMarkers.NONE);
        line.setLineStyle(stroke(chart.getSeriesMap().size() - 1));
      }
    }
    if (chart.getSeriesMap().isEmpty()) {
      chart.addSeries("nothing yet", new double[] {0, 1}, new double[] {1, 1});
    }
    return BitmapEncoder.getBufferedImage(chart);
  }

  /** Dashed where the colours begin again, so that no two lines look the same. */
  static BasicStroke stroke(int line) {
    float[] dash = line < COLOURS.size() ? null : new float[] {6, 4};
    return new BasicStroke(
        STROKE, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND, MITRE_LIMIT, dash, 0);
  }

  private double shown(double value) {
    double seen = logarithmic ? Math.log10(value) : value;
    return Double.isFinite(seen) ? seen : Double.NaN;
  }
}
