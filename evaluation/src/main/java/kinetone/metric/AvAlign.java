package kinetone.metric;

import java.util.ArrayList;
import java.util.List;

/**
 * AV-Align (Yariv et al. 2023): whether peaks of movement and onsets of sound meet, as an
 * intersection over union; 0 to 1. The window is open and one picture wide to either side. Public
 * code says three different things; none compares with another.
 */
public enum AvAlign {
  /** TempoTokens until 2025: every onset near any peak counts, so one peak may meet many. */
  ORIGINAL(0) {
    @Override
    double score(int nearOnsets, int nearPeaks, int pairs, int onsets, int peaks) {
      return nearOnsets / (double) (onsets + peaks - nearOnsets);
    }
  },
  /**
   * TempoTokens from February 2025: peaks below 0.1 pixel are none, each meets one onset at most.
   */
  PAIRED(0.1) {
    @Override
    double score(int nearOnsets, int nearPeaks, int pairs, int onsets, int peaks) {
      return pairs / (double) (onsets + peaks - pairs);
    }
  },
  /** Sony's: from the shares of onsets and of peaks that are near one of the other. */
  PRECISION_RECALL(0) {
    @Override
    double score(int nearOnsets, int nearPeaks, int pairs, int onsets, int peaks) {
      if (onsets == 0 || peaks == 0) {
        return 0;
      }
      double precision = nearOnsets / (double) onsets;
      double recall = nearPeaks / (double) peaks;
      double both = precision * recall;
      return both == 0 ? 0 : both / (precision + recall - both);
    }
  };

  private final double floor;

  AvAlign(double floor) {
    this.floor = floor;
  }

  abstract double score(int nearOnsets, int nearPeaks, int pairs, int onsets, int peaks);

  /**
   * Instants of peaks of movement: larger than both neighbours.
   *
   * @param flow mean length of optical flow of each picture, in pixels
   * @param framesPerSecond Hz
   * @return seconds
   */
  public double[] peaks(double[] flow, double framesPerSecond) {
    List<Double> peaks = new ArrayList<>();
    for (int i = 1; i < flow.length - 1; i++) {
      if (flow[i - 1] < flow[i] && flow[i] > flow[i + 1] && flow[i] >= floor) {
        peaks.add(i / framesPerSecond);
      }
    }
    return peaks.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /**
   * The score of one clip.
   *
   * @param onsets of the sound, in seconds, ascending
   * @param peaks of movement, in seconds, ascending
   * @param framesPerSecond Hz
   * @return 0 to 1; not a number where there is neither
   */
  public double of(double[] onsets, double[] peaks, double framesPerSecond) {
    if (onsets.length + peaks.length == 0) {
      return Double.NaN;
    }
    double window = 1 / framesPerSecond;
    boolean[] near = new boolean[peaks.length];
    boolean[] used = new boolean[peaks.length];
    int nearOnsets = 0;
    int pairs = 0;
    for (double onset : onsets) {
      boolean any = false;
      boolean paired = false;
      for (int j = 0; j < peaks.length; j++) {
        if (peaks[j] - window < onset && onset < peaks[j] + window) {
          any = true;
          near[j] = true;
          if (!paired && !used[j]) {
            paired = true;
            used[j] = true;
            pairs++;
          }
        }
      }
      nearOnsets += any ? 1 : 0;
    }
    int nearPeaks = 0;
    for (boolean one : near) {
      nearPeaks += one ? 1 : 0;
    }
    return score(nearOnsets, nearPeaks, pairs, onsets.length, peaks.length);
  }
}
