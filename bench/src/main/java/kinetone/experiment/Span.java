package kinetone.experiment;

import java.util.Arrays;
import kinetone.common.Check;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;

/**
 * A part of a clip, in seconds.
 *
 * @param from where it begins
 * @param to where it ends
 */
record Span(double from, double to) {
  Span {
    Check.that(to > from, "a part from %s s to %s s is empty", from, to);
  }

  /** That part of both tracks: frames that begin in it, samples of its time. */
  Clip of(Clip clip) {
    return Clip.of(of(clip.video().orElseThrow()), of(clip.audio().orElseThrow()));
  }

  private Video of(Video video) {
    int first = (int) Math.ceil(from * video.framesPerSecond() - 1e-6);
    int end = Math.min(video.frames(), (int) Math.ceil(to * video.framesPerSecond() - 1e-6));
    int size = video.width() * video.height() * 3;
    return new Video(
        Arrays.copyOfRange(video.rgb(), first * size, end * size),
        end - first,
        video.width(),
        video.height(),
        video.framesPerSecond());
  }

  private Audio of(Audio audio) {
    int first = (int) Math.round(from * audio.sampleRate());
    int end = (int) Math.min(audio.length(), Math.round(to * audio.sampleRate()));
    float[][] samples = new float[audio.channels()][];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Arrays.copyOfRange(audio.samples()[i], first, end);
    }
    return new Audio(samples, audio.sampleRate());
  }

  /** The times that lie in it, from its beginning. */
  double[] of(double[] times) {
    return Arrays.stream(times).filter(t -> t >= from && t < to).map(t -> t - from).toArray();
  }
}
