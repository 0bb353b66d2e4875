package kinetone.metric;

import java.util.Arrays;
import java.util.OptionalDouble;
import kinetone.media.Video;

/**
 * The hue of what moves: every pixel is weighted by how far it is from its own median over time and
 * by how colourful it is, and the heaviest arc of hues wins. It needs no detector, says nothing of
 * what stands still, and is to be read beside its own figure on real clips.
 */
public final class SalientHue {
  private static final int BINS = 72;

  /** Half the width of an arc, in bins: 15°. */
  private static final int REACH = 3;

  /** Motion below this many grey levels of 255 is noise of codecs. */
  private static final double STILL = 24;

  /** Less colourful than this, 0 to 1, is grey. */
  private static final double GREY = 0.2;

  private SalientHue() {}

  /** The hue in turns, 0 to 1 (red, yellow, green, ...); empty where nothing colourful moves. */
  public static OptionalDouble of(Video video) {
    double[] bins = new double[BINS];
    byte[] rgb = video.rgb();
    int pixels = video.width() * video.height();
    int frames = video.frames();
    int[] course = new int[frames];
    int[] median = new int[3];
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < 3; c++) {
        for (int f = 0; f < frames; f++) {
          course[f] = rgb[(f * pixels + p) * 3 + c] & 255;
        }
        Arrays.sort(course);
        median[c] = course[frames / 2];
      }
      for (int f = 0; f < frames; f++) {
        add(bins, rgb, (f * pixels + p) * 3, median);
      }
    }
    return heaviest(bins);
  }

  private static void add(double[] bins, byte[] rgb, int at, int[] median) {
    double red = rgb[at] & 255;
    double green = rgb[at + 1] & 255;
    double blue = rgb[at + 2] & 255;
    double motion =
        Math.sqrt(square(red - median[0]) + square(green - median[1]) + square(blue - median[2]));
    double most = Math.max(red, Math.max(green, blue));
    double range = most - Math.min(red, Math.min(green, blue));
    if (motion < STILL || range < GREY * 255) {
      return;
    }
    double hue = hue(red, green, blue, most, range);
    bins[(int) (hue * BINS) % BINS] += motion * range;
  }

  private static double square(double x) {
    return x * x;
  }

  private static double hue(double red, double green, double blue, double most, double range) {
    double sixth;
    if (most == red) {
      sixth = (green - blue) / range;
    } else if (most == green) {
      sixth = 2 + (blue - red) / range;
    } else {
      sixth = 4 + (red - green) / range;
    }
    return (sixth / 6 + 1) % 1;
  }

  private static OptionalDouble heaviest(double[] bins) {
    int best = -1;
    double most = 0;
    for (int i = 0; i < BINS; i++) {
      double sum = 0;
      for (int k = -REACH; k <= REACH; k++) {
        sum += bins[Math.floorMod(i + k, BINS)];
      }
      if (sum > most) {
        most = sum;
        best = i;
      }
    }
    if (best < 0) {
      return OptionalDouble.empty();
    }
    double moment = 0;
    for (int k = -REACH; k <= REACH; k++) {
      moment += k * bins[Math.floorMod(best + k, BINS)];
    }
    double hue = (best + 0.5 + moment / most) / BINS;
    return OptionalDouble.of(hue - Math.floor(hue));
  }
}
