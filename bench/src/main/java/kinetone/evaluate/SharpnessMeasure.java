package kinetone.evaluate;

import kinetone.media.Clip;
import kinetone.metric.Sharpness;

/** How sharp the pictures are: one row, squared grey levels. */
final class SharpnessMeasure implements Measure {
  @Override
  public String id() {
    return "sharpness-1";
  }

  @Override
  public double[][] of(Clip clip) {
    return clip.video()
        .map(video -> new double[][] {{Sharpness.of(video)}})
        .orElseGet(() -> new double[0][]);
  }
}
