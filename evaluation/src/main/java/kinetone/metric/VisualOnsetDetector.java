package kinetone.metric;

import java.util.Arrays;
import kinetone.media.Video;

/**
 * Instants at which something lights up, an approximate finder of visible impacts for scoring
 * pictures that were made for a given sound. It looks for sudden rises of the picture's mean
 * brightness: things that move hardly change it, while the flash of an impact does. An impact that
 * leaves no light is missed, and a lamp that goes on is found; what the rise cannot tell is where
 * between two pictures it happened, so the time is the middle of both.
 *
 * <pre>
 *   o(k) = max(0, m(k) − m(k − 1)),  m the mean of all bytes       grey levels of 255
 * </pre>
 *
 * @param peaks how peaks of o are picked; its threshold is in grey levels
 * @param relativeThreshold peaks below this share of the video's highest rise are ignored
 */
public record VisualOnsetDetector(PeakPicking peaks, double relativeThreshold) {
  /** For the sparse impacts of sounding scenes. */
  public static VisualOnsetDetector standard() {
    return new VisualOnsetDetector(new PeakPicking(0.13, 0.13, 0, 0, 0, 0.2), 0.25);
  }

  /** Onset times in seconds, ascending. */
  public double[] onsets(Video video) {
    double[] rises = strength(video);
    double least = relativeThreshold * Arrays.stream(rises).max().orElse(0);
    return Arrays.stream(peaks.peaks(rises, video.framesPerSecond()))
        .filter(k -> rises[k] >= least)
        .mapToDouble(k -> (k - 0.5) / video.framesPerSecond())
        .toArray();
  }

  /** The rise of mean brightness at each picture, in grey levels; 0 at the first. */
  public double[] strength(Video video) {
    double[] means = new double[video.frames()];
    int frame = video.rgb().length / video.frames();
    for (int k = 0; k < means.length; k++) {
      long sum = 0;
      for (int i = k * frame; i < (k + 1) * frame; i++) {
        sum += video.rgb()[i] & 0xff;
      }
      means[k] = sum / (double) frame;
    }
    double[] rises = new double[means.length];
    for (int k = 1; k < rises.length; k++) {
      rises[k] = Math.max(0, means[k] - means[k - 1]);
    }
    return rises;
  }
}
