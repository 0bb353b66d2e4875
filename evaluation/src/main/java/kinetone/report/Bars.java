package kinetone.report;

import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import kinetone.metric.Bootstrap;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.style.Styler;

/**
 * Figures with their intervals as bars: one group for each category, one colour for each series.
 */
public final class Bars {
  private static final int WIDTH = 1000;
  private static final int HEIGHT = 420;

  /**
   * One bar.
   *
   * @param series what has a colour
   * @param category what it stands among
   * @param value its height and the ends of its whisker
   */
  public record Bar(String series, String category, Bootstrap.Interval value) {}

  private Bars() {}

  /** The plot; bars of values that are no numbers are left out. */
  public static BufferedImage draw(String title, List<Bar> bars) {
    CategoryChart chart =
        new CategoryChartBuilder().width(WIDTH).height(HEIGHT).title(title).build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideE);
    chart.getStyler().setPlotGridVerticalLinesVisible(false);
    List<String> categories = bars.stream().map(Bar::category).distinct().toList();
    for (String series : bars.stream().map(Bar::series).distinct().toList()) {
      List<Double> heights = new ArrayList<>();
      List<Double> whiskers = new ArrayList<>();
      for (String category : categories) {
        Optional<Bar> bar =
            bars.stream()
                .filter(one -> one.series().equals(series) && one.category().equals(category))
                .filter(one -> Double.isFinite(one.value().value()))
                .findFirst();
        heights.add(bar.map(one -> one.value().value()).orElse(null));
        whiskers.add(
            bar.map(one -> (one.value().high() - one.value().low()) / 2)
                .filter(Double::isFinite)
                .orElse(0.0));
      }
      if (heights.stream().anyMatch(one -> one != null)) {
        chart.addSeries(series, categories, heights, whiskers);
      }
    }
    return BitmapEncoder.getBufferedImage(chart);
  }
}
