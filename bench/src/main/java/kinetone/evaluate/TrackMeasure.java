package kinetone.evaluate;

import kinetone.media.Clip;
import kinetone.metric.TrackDrift;

/** How far the ends of both tracks are apart: one row, seconds. Of clips with both tracks. */
final class TrackMeasure implements Measure {
  @Override
  public String id() {
    return "tracks-1";
  }

  @Override
  public double[][] of(Clip clip) {
    double drift = TrackDrift.seconds(clip);
    return Double.isNaN(drift) ? new double[0][] : new double[][] {{drift}};
  }
}
