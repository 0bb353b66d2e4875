package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.metric.OnsetDetector;
import kinetone.metric.OnsetF1;
import kinetone.metric.VisualOnsetDetector;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;

/** Whether generated sound (or picture) happens when the given picture (or sound) says so. */
public final class SyncBench {
  /**
   * The figures; a match lies within one video frame.
   *
   * @param scenes how many held-out impact scenes
   * @param videoToAudio generated onsets against the true impacts of the given video
   * @param videoToAudioShuffled the same sounds against the impacts of other videos
   * @param audioToVideo impacts seen in generated video against the true impacts of the given sound
   * @param audioToVideoShuffled the same videos against the impacts of other sounds
   * @param ceiling onsets of the scenes' own sound against their impacts: what the detector allows
   * @param secondsPerSample of generation
   */
  public record Report(
      int scenes,
      double videoToAudio,
      double videoToAudioShuffled,
      double audioToVideo,
      double audioToVideoShuffled,
      double ceiling,
      double secondsPerSample) {}

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
    double fps = model.index().format().framesPerSecond();
    OnsetDetector heard = OnsetDetector.standard();
    VisualOnsetDetector seen = VisualOnsetDetector.standard();
    List<double[]> truth = new ArrayList<>();
    List<double[]> sounds = new ArrayList<>();
    List<double[]> pictures = new ArrayList<>();
    OnsetF1 ceiling = OnsetF1.NONE;
    double seconds = 0;
    for (int i = 0; i < count; i++) {
      Scene scene = scenes.scene(i);
      truth.add(scene.truth().impactTimes());
      ceiling =
          ceiling.plus(
              OnsetF1.withinOneFrame(
                  scene.truth().impactTimes(),
                  heard.onsets(scene.clip().audio().orElseThrow()),
                  fps));
      long start = System.nanoTime();
      GenerateRequest.Builder request =
          GenerateRequest.of(new Task.VideoToAudio())
              .video(Clip.of(scene.clip().video().orElseThrow()));
      Clip sounding = settings.generate(model, request, i).clip();
      seconds += (System.nanoTime() - start) / 1e9;
      sounds.add(heard.onsets(sounding.audio().orElseThrow()));
      if (audioToVideo) {
        GenerateRequest.Builder other =
            GenerateRequest.of(new Task.AudioToVideo())
                .audio(Clip.of(scene.clip().audio().orElseThrow()));
        pictures.add(seen.onsets(settings.generate(model, other, i).clip().video().orElseThrow()));
      }
      progress.progress("sync", i + 1, count);
    }
    return new Report(
        count,
        f1(truth, sounds, 0, fps),
        f1(truth, sounds, 1, fps),
        audioToVideo ? f1(truth, pictures, 0, fps) : Double.NaN,
        audioToVideo ? f1(truth, pictures, 1, fps) : Double.NaN,
        ceiling.f1(),
        seconds / count);
  }

  /** Detections of clip i against the truth of clip i + {@code shift}, all clips together. */
  private static double f1(List<double[]> truth, List<double[]> found, int shift, double fps) {
    OnsetF1 sum = OnsetF1.NONE;
    for (int i = 0; i < found.size(); i++) {
      double[] expected = truth.get((i + shift) % truth.size());
      sum = sum.plus(OnsetF1.withinOneFrame(expected, found.get(i), fps));
    }
    return sum.f1();
  }
}
