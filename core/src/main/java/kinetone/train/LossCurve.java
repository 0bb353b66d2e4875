package kinetone.train;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import javax.imageio.ImageIO;
import kinetone.common.AtomicFile;
import kinetone.common.Check;

/**
 * A plot of figures over steps, for run folders and model cards. Drawn without a display.
 *
 * @param width of the picture in pixels
 * @param height of the picture in pixels
 * @param logarithmic whether the vertical axis is; values that are not positive are then left out
 * @param yLabel what the vertical axis shows
 */
public record LossCurve(int width, int height, boolean logarithmic, String yLabel) {
  private static final int LEFT = 76;
  private static final int RIGHT = 18;
  private static final int TOP = 18;
  private static final int BOTTOM = 52;
  private static final int TICKS = 5;
  // Okabe, Ito 2008: told apart by colour-blind readers too.
  private static final List<Color> COLOURS =
      List.of(
          new Color(0x0072B2),
          new Color(0xD55E00),
          new Color(0x009E73),
          new Color(0xCC79A7),
          new Color(0xE69F00),
          new Color(0x56B4E9));

  /** Checks the size. */
  public LossCurve {
    Check.atLeast("width", width, 200);
    Check.atLeast("height", height, 150);
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

  private record Range(double min, double max) {
    double at(double value) {
      return max > min ? (value - min) / (max - min) : 0.5;
    }
  }

  /** Writes the plot as PNG, atomically. */
  public void write(Path png, List<Series> series) {
    BufferedImage image = draw(series);
    AtomicFile.write(
        png,
        file -> {
          if (!ImageIO.write(image, "png", file.toFile())) {
            throw new IOException("no PNG writer");
          }
        });
  }

  /** The plot as an RGB picture. */
  public BufferedImage draw(List<Series> series) {
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    try {
      g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
      g.setColor(Color.WHITE);
      g.fillRect(0, 0, width, height);
      g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
      Range x = range(series, true);
      Range y = range(series, false);
      axes(g, x, y);
      for (int i = 0; i < series.size(); i++) {
        g.setColor(COLOURS.get(i % COLOURS.size()));
        curve(g, series.get(i), x, y);
        legend(g, series.get(i).name(), i);
      }
    } finally {
      g.dispose();
    }
    return image;
  }

  private Range range(List<Series> series, boolean horizontal) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    for (Series one : series) {
      for (int i = 0; i < one.values().length; i++) {
        double y = scaled(one.values()[i]);
        if (Double.isFinite(y)) {
          double value = horizontal ? one.steps()[i] : y;
          min = Math.min(min, value);
          max = Math.max(max, value);
        }
      }
    }
    return min <= max ? new Range(min, max) : new Range(0, 1);
  }

  private double scaled(double value) {
    return logarithmic ? Math.log10(value) : value;
  }

  private int pixelX(Range x, double value) {
    return (int) Math.round(LEFT + x.at(value) * (width - LEFT - RIGHT));
  }

  private int pixelY(Range y, double value) {
    return (int) Math.round(height - BOTTOM - y.at(value) * (height - TOP - BOTTOM));
  }

  private void axes(Graphics2D g, Range x, Range y) {
    FontMetrics metrics = g.getFontMetrics();
    for (int i = 0; i <= TICKS; i++) {
      double xv = x.min() + (x.max() - x.min()) * i / TICKS;
      double yv = y.min() + (y.max() - y.min()) * i / TICKS;
      int px = pixelX(x, xv);
      int py = pixelY(y, yv);
      g.setColor(new Color(0xE4E4E4));
      g.drawLine(px, TOP, px, height - BOTTOM);
      g.drawLine(LEFT, py, width - RIGHT, py);
      g.setColor(Color.DARK_GRAY);
      String xt = String.format(Locale.ROOT, "%.0f", xv);
      String yt = String.format(Locale.ROOT, "%.3g", logarithmic ? Math.pow(10, yv) : yv);
      int textX = px - metrics.stringWidth(xt) / 2;
      g.drawString(xt, Math.min(textX, width - metrics.stringWidth(xt) - 2), height - BOTTOM + 17);
      g.drawString(yt, LEFT - 7 - metrics.stringWidth(yt), py + 4);
    }
    g.drawRect(LEFT, TOP, width - LEFT - RIGHT, height - TOP - BOTTOM);
    g.drawString("step", (width + LEFT - metrics.stringWidth("step")) / 2, height - 12);
    String label = logarithmic ? yLabel + " (log)" : yLabel;
    var upright = g.getTransform();
    g.rotate(-Math.PI / 2, 14, (height - BOTTOM + metrics.stringWidth(label)) / 2.0);
    g.drawString(label, 14, (height - BOTTOM + metrics.stringWidth(label)) / 2);
    g.setTransform(upright);
  }

  private void curve(Graphics2D g, Series series, Range x, Range y) {
    g.setStroke(new BasicStroke(1.6f, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    Path2D path = new Path2D.Double();
    boolean drawing = false;
    for (int i = 0; i < series.values().length; i++) {
      double value = scaled(series.values()[i]);
      if (!Double.isFinite(value)) {
        drawing = false;
      } else if (drawing) {
        path.lineTo(pixelX(x, series.steps()[i]), pixelY(y, value));
      } else {
        path.moveTo(pixelX(x, series.steps()[i]), pixelY(y, value));
        drawing = true;
      }
    }
    g.draw(path);
  }

  private void legend(Graphics2D g, String name, int row) {
    int y = TOP + 16 + 17 * row;
    int x = width - RIGHT - 12 - g.getFontMetrics().stringWidth(name);
    g.drawLine(x - 28, y - 4, x - 8, y - 4);
    g.setColor(Color.DARK_GRAY);
    g.drawString(name, x, y);
  }
}
