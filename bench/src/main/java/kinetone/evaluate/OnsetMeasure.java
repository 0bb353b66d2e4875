package kinetone.evaluate;

import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.metric.OnsetDetector;
import kinetone.metric.VisualOnsetDetector;

/**
 * When something happens: row 0 are onsets that are seen, row 1 those that are heard, in seconds,
 * row 2 the length of the clip. Of clips with both tracks.
 */
final class OnsetMeasure implements Measure {
  @Override
  public String id() {
    return "onsets-1";
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withMono();
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.video().isEmpty() || clip.audio().isEmpty()) {
      return new double[0][];
    }
    return new double[][] {
      VisualOnsetDetector.standard().onsets(clip.video().get()),
      OnsetDetector.standard().onsets(clip.audio().get()),
      {clip.seconds()}
    };
  }
}
