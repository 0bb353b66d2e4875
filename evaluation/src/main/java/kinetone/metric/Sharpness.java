package kinetone.metric;

import kinetone.media.Video;

/**
 * How sharp pictures are: the variance of the Laplacian of their brightness (Pech-Pacheco et al.
 * 2000, "LAPV"). Blur lowers it and noise raises it, and it depends on what is shown, so a figure
 * means something only beside that of real pictures of the same size.
 *
 * <pre>
 *   L(x, y) = Y(x − 1, y) + Y(x + 1, y) + Y(x, y − 1) + Y(x, y + 1) − 4 Y(x, y)
 *   Y = 0.299 R + 0.587 G + 0.114 B                              grey levels of 255
 * </pre>
 */
public final class Sharpness {
  private Sharpness() {}

  /**
   * The mean over all pictures of the variance within each, in squared grey levels; pixels at the
   * border have no Laplacian, and pictures below 3x3 pixels are not sharp at all, 0.
   */
  public static double of(Video video) {
    int width = video.width();
    int height = video.height();
    if (width < 3 || height < 3) {
      return 0;
    }
    double sum = 0;
    double[] grey = new double[width * height];
    for (int frame = 0; frame < video.frames(); frame++) {
      brightness(video, frame, grey);
      sum += variance(grey, width, height);
    }
    return sum / video.frames();
  }

  private static void brightness(Video video, int frame, double[] grey) {
    byte[] rgb = video.rgb();
    int at = frame * grey.length * 3;
    for (int i = 0; i < grey.length; i++, at += 3) {
      grey[i] = 0.299 * (rgb[at] & 255) + 0.587 * (rgb[at + 1] & 255) + 0.114 * (rgb[at + 2] & 255);
    }
  }

  private static double variance(double[] grey, int width, int height) {
    double sum = 0;
    double squares = 0;
    for (int y = 1; y < height - 1; y++) {
      for (int x = 1; x < width - 1; x++) {
        int i = y * width + x;
        double value = grey[i - 1] + grey[i + 1] + grey[i - width] + grey[i + width] - 4 * grey[i];
        sum += value;
        squares += value * value;
      }
    }
    double count = (width - 2.0) * (height - 2.0);
    return squares / count - (sum / count) * (sum / count);
  }
}
