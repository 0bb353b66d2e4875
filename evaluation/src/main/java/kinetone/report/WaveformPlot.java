package kinetone.report;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import kinetone.media.Audio;

/** The envelope of a sound over time: minimum and maximum of the samples behind each column. */
public final class WaveformPlot {
  private WaveformPlot() {}

  /** Draws the mean of all channels, full scale from bottom to top. */
  public static BufferedImage draw(Audio audio, int width, int height) {
    float[] samples = audio.toMono().samples()[0];
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    Graphics2D g = image.createGraphics();
    g.setColor(Color.WHITE);
    g.fillRect(0, 0, width, height);
    g.setColor(new Color(0xDD, 0xDD, 0xDD));
    g.drawLine(0, height / 2, width, height / 2);
    g.setColor(new Color(0x1F, 0x5F, 0xA8));
    for (int x = 0; x < width; x++) {
      int from = (int) ((long) x * samples.length / width);
      int to = Math.max(from + 1, (int) ((long) (x + 1) * samples.length / width));
      float low = 1;
      float high = -1;
      for (int i = from; i < Math.min(to, samples.length); i++) {
        low = Math.min(low, samples[i]);
        high = Math.max(high, samples[i]);
      }
      if (low <= high) {
        g.drawLine(x, row(high, height), x, row(low, height));
      }
    }
    g.dispose();
    return image;
  }

  private static int row(float value, int height) {
    return Math.round((1 - Math.max(-1, Math.min(1, value))) / 2 * (height - 1));
  }
}
