package kinetone.evaluate;

import kinetone.media.Clip;
import kinetone.media.ReadOptions;
import kinetone.media.Video;
import kinetone.metric.LibrosaOnsets;
import kinetone.motion.OpticalFlow;
import kinetone.tensor.Engine;

/**
 * What AV-Align compares: row 0 is the mean length of optical flow of each picture, row 1 onsets of
 * the sound in seconds, row 2 the rate of the pictures in Hz. Of clips with both tracks.
 */
final class MotionMeasure implements Measure {
  @Override
  public String id() {
    return "motion-1";
  }

  @Override
  public ReadOptions reading(ReadOptions plain) {
    return plain.withSampleRate(LibrosaOnsets.SAMPLE_RATE).withMono();
  }

  @Override
  public double[][] of(Clip clip) {
    if (clip.audio().isEmpty() || clip.video().map(Video::frames).orElse(0) < 2) {
      return new double[0][];
    }
    Video video = clip.video().get();
    // OpenCV shares its BLAS, and JavaCPP has nothing to say about that.
    Engine.start();
    return new double[][] {
      OpticalFlow.lengths(video),
      LibrosaOnsets.onsets(clip.audio().get()),
      {video.framesPerSecond()}
    };
  }
}
