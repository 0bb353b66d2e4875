package kinetone.evaluate;

import kinetone.media.Clip;
import kinetone.metric.Loudness;
import kinetone.metric.Silence;

/** How loud a clip is: one row, loudness in LUFS and the share of silence. */
final class LevelMeasure implements Measure {
  @Override
  public String id() {
    return "level-1";
  }

  @Override
  public double[][] of(Clip clip) {
    return clip.audio()
        .map(audio -> new double[][] {{Loudness.lufs(audio), Silence.share(audio)}})
        .orElseGet(() -> new double[0][]);
  }
}
