package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.Video;
import kinetone.metric.OnsetDetector;
import kinetone.metric.VisualOnsetDetector;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;

/** Whether generated sound (or picture) happens when the given picture (or sound) says so. */
public final class SyncBench {
  /**
   * The figures.
   *
   * @param scenes how many held-out impact scenes
   * @param onsets the F1 of generated onsets against the true impacts of what was given, within one
   *     picture and within 50 ms; beside it the same onsets against the impacts of the next scene
   *     (shuffled), as many onsets on a fixed grid ({@link kinetone.metric.FixedGrid}), and the
   *     onsets of the scenes' own sound or picture, which is what the detector allows
   * @param secondsPerSample of sound for pictures
   */
  public record Report(int scenes, List<Score> onsets, double secondsPerSample) {
    /** The score of this name within this many milliseconds. */
    public Score score(String what, int withinMilliseconds) {
      return onsets.stream()
          .filter(one -> one.what().equals(what))
          .filter(one -> one.withinMilliseconds() == withinMilliseconds)
          .findFirst()
          .orElseThrow();
    }
  }

  /** Seconds; less than half a picture of the shipped models, so that chance gives little. */
  private static final double NARROW = 0.05;

  private SyncBench() {}

  /**
   * Generates sound for, and picture to, the scenes 0 to {@code count − 1} of {@code scenes}.
   *
   * @param videoToAudioOnly whether to leave out the second direction, as for models without it
   * @param progress hears scene by scene
   */
  public static Report run(
      Pipeline model,
      SceneGenerator scenes,
      int count,
      SamplingSettings settings,
      boolean videoToAudioOnly,
      ProgressListener progress) {
    boolean audioToVideo = !videoToAudioOnly && model.supports(new Task.AudioToVideo());
    OnsetDetector heard = OnsetDetector.standard();
    VisualOnsetDetector seen = VisualOnsetDetector.standard();
    OnsetComparison sounds = new OnsetComparison();
    OnsetComparison ownSounds = new OnsetComparison();
    OnsetComparison pictures = new OnsetComparison();
    OnsetComparison ownPictures = new OnsetComparison();
    double seconds = 0;
    for (int i = 0; i < count; i++) {
      Scene scene = scenes.scene(i);
      double[] truth = scene.truth().impactTimes();
      Video picture = scene.clip().video().orElseThrow();
      Audio sound = scene.clip().audio().orElseThrow();
      ownSounds.add(truth, heard.onsets(sound), sound.seconds());
      long start = System.nanoTime();
      GenerateRequest.Builder request =
          GenerateRequest.of(new Task.VideoToAudio()).video(Clip.of(picture));
      Audio sounding = settings.generate(model, request, i).clip().audio().orElseThrow();
      seconds += (System.nanoTime() - start) / 1e9;
      sounds.add(truth, heard.onsets(sounding), sound.seconds());
      if (audioToVideo) {
        ownPictures.add(truth, seen.onsets(picture), sound.seconds());
        GenerateRequest.Builder other =
            GenerateRequest.of(new Task.AudioToVideo()).audio(Clip.of(sound));
        Video made = settings.generate(model, other, i).clip().video().orElseThrow();
        pictures.add(truth, seen.onsets(made), sound.seconds());
      }
      progress.progress("sync", i + 1, count);
    }
    List<Score> scores = new ArrayList<>();
    double[] windows = windows(model.index().format());
    add(scores, windows, "video to audio", sounds, "own sound", ownSounds);
    if (audioToVideo) {
      add(scores, windows, "audio to video", pictures, "own picture", ownPictures);
    }
    return new Report(count, scores, seconds / count);
  }

  /** How far apart, in seconds, onsets of clips of this format may be that match. */
  static double[] windows(ClipFormat format) {
    return new double[] {1 / format.framesPerSecond(), NARROW};
  }

  private static void add(
      List<Score> scores,
      double[] windows,
      String task,
      OnsetComparison made,
      String own,
      OnsetComparison real) {
    for (double within : windows) {
      scores.add(made.score(task, within));
      scores.add(made.shuffled(task + ", shuffled", within));
      scores.add(made.grid(task + ", fixed grid", within));
      scores.add(real.score(task + ", " + own, within));
    }
  }
}
