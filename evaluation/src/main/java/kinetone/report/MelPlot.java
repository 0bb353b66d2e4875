package kinetone.report;

import java.awt.image.BufferedImage;
import kinetone.media.Audio;
import kinetone.metric.LogMelSpectrogram;
import kinetone.metric.OnsetDetector;

/** The mel spectrogram of a sound: time to the right, frequency upwards, brighter is louder. */
public final class MelPlot {
  private static final double RANGE_DECIBELS = 70;

  private MelPlot() {}

  /** Draws the loudest 70 dB. */
  public static BufferedImage draw(Audio audio, int width, int height) {
    LogMelSpectrogram spectrogram = OnsetDetector.standard().spectrogram();
    double[][] mel = spectrogram.decibels(audio);
    double top = Double.NEGATIVE_INFINITY;
    for (double[] frame : mel) {
      for (double value : frame) {
        top = Math.max(top, value);
      }
    }
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    for (int x = 0; x < width; x++) {
      double[] frame = mel[(int) ((long) x * mel.length / width)];
      for (int y = 0; y < height; y++) {
        double value = frame[(int) ((long) (height - 1 - y) * frame.length / height)];
        image.setRGB(x, y, colour(1 - Math.min(1, (top - value) / RANGE_DECIBELS)));
      }
    }
    return image;
  }

  /** Black over violet and orange to white, evenly brighter. */
  private static int colour(double v) {
    int red = (int) (255 * Math.min(1, 1.6 * v));
    int green = (int) (255 * Math.max(0, Math.min(1, 1.8 * v - 0.7)));
    int blue =
        (int)
            (255 * Math.max(0, v < 0.5 ? 1.1 * v : v < 0.75 ? 0.55 - 1.6 * (v - 0.5) : 4 * v - 3));
    return red << 16 | green << 8 | blue;
  }
}
