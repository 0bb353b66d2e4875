package kinetone.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.OnsetDetector;
import kinetone.pipeline.Cancellation;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.SoundtrackResult;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;

/**
 * Whether the joins of a long video's sound can be heard: an onset detector should find no more
 * onsets within one picture of a join than elsewhere.
 */
public final class SeamBench {
  /**
   * The figures.
   *
   * @param scenes how many long scenes got a sound
   * @param secondsOfSound in all
   * @param joins in all
   * @param onsetsAtJoins within one picture of a join, in the generated sounds
   * @param onsetsElsewhere all others
   * @param perSecondAtJoins onsets per second of the time within one picture of a join
   * @param perSecondElsewhere onsets per second of the rest
   * @param ratios of the two, 1 where joins are not to be found; beside it the same of the scenes'
   *     own sounds, which have no joins: what chance gives
   * @param secondsPerSecond of generation per second of sound
   */
  public record Report(
      int scenes,
      double secondsOfSound,
      int joins,
      int onsetsAtJoins,
      int onsetsElsewhere,
      double perSecondAtJoins,
      double perSecondElsewhere,
      List<Ratio> ratios,
      double secondsPerSecond) {}

  /** Onsets near given instants and elsewhere, summed over sounds. */
  record Count(int near, int far, double nearSeconds, double farSeconds) {
    static final Count NONE = new Count(0, 0, 0, 0);

    private static final double END = 0.05;

    /** Counts one sound but for its very end, whose cut is an onset of its own. */
    static Count of(double[] onsets, double[] joins, double window, double seconds) {
      int near = 0;
      int all = 0;
      for (double onset : onsets) {
        if (onset > seconds - END) {
          continue;
        }
        all++;
        boolean close = false;
        for (double join : joins) {
          close |= Math.abs(onset - join) <= window;
        }
        near += close ? 1 : 0;
      }
      double inside = 2 * window * joins.length;
      return new Count(near, all - near, inside, seconds - END - inside);
    }

    static Count sum(List<Count> counts) {
      return counts.stream().reduce(NONE, Count::plus);
    }

    Count plus(Count other) {
      return new Count(
          near + other.near,
          far + other.far,
          nearSeconds + other.nearSeconds,
          farSeconds + other.farSeconds);
    }

    double nearRate() {
      return near / nearSeconds;
    }

    double farRate() {
      return far / farSeconds;
    }

    double ratio() {
      return nearRate() / farRate();
    }
  }

  private SeamBench() {}

  /**
   * Generates sound for the scenes 0 to {@code count − 1} of a world of long scenes.
   *
   * @param seconds length of each scene
   * @param world seed of the scenes
   * @param settings how windows are sampled
   * @param progress hears window by window
   */
  public static Report run(
      Pipeline model,
      double seconds,
      int count,
      long world,
      SamplingSettings settings,
      ProgressListener progress) {
    ClipFormat window = model.index().format();
    double fps = window.framesPerSecond();
    ClipFormat whole =
        ClipFormat.of(
            window.width(),
            window.height(),
            (int) Math.round(seconds * fps),
            fps,
            window.sampleRate());
    SceneGenerator scenes = new SceneGenerator(whole, SceneMix.all(), world);
    OnsetDetector detector = OnsetDetector.standard();
    List<Count> generated = new ArrayList<>();
    List<Count> own = new ArrayList<>();
    int joins = 0;
    double sounding = 0;
    double took = 0;
    for (int i = 0; i < count; i++) {
      int number = i;
      Scene scene = scenes.scene(i);
      List<float[]> pieces = new ArrayList<>();
      SoundtrackResult result =
          model.soundtrack(
              GenerateRequest.of(new Task.VideoToAudio())
                  .video(Clip.of(scene.clip().video().orElseThrow()))
                  .with(settings.options())
                  .seed(i)
                  .build(),
              samples -> pieces.add(samples[0]),
              (w, windows, phase, step, all) ->
                  progress.progress("seam", (int) (number * windows + w), (int) (count * windows)),
              new Cancellation());
      double[] at = result.joins();
      Audio sound = Audio.mono(joined(pieces, (int) result.samples()), result.sampleRate());
      generated.add(Count.of(detector.onsets(sound), at, 1 / fps, sound.seconds()));
      Audio truth = scene.clip().audio().orElseThrow();
      own.add(Count.of(detector.onsets(truth), at, 1 / fps, truth.seconds()));
      joins += at.length;
      sounding += sound.seconds();
      took += result.seconds();
    }
    Count made = Count.sum(generated);
    return new Report(
        count,
        sounding,
        joins,
        made.near(),
        made.far(),
        made.nearRate(),
        made.farRate(),
        List.of(
            Ratio.of("generated", generated.size(), drawn -> ratio(generated, drawn)),
            Ratio.of("own sound", own.size(), drawn -> ratio(own, drawn))),
        took / sounding);
  }

  private static double ratio(List<Count> scenes, int[] drawn) {
    return Count.sum(Arrays.stream(drawn).mapToObj(scenes::get).toList()).ratio();
  }

  private static float[] joined(List<float[]> pieces, int length) {
    float[] all = new float[length];
    int at = 0;
    for (float[] piece : pieces) {
      System.arraycopy(piece, 0, all, at, piece.length);
      at += piece.length;
    }
    return all;
  }
}
