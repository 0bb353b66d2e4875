package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.Video;
import kinetone.metric.AlignAccuracy;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;

/** Align-Acc of generated sound beside that of real and of wrong sound under the same judge. */
public final class AlignBench {
  /**
   * The figures, shares from 0 to 1.
   *
   * @param scenes how many held-out scenes
   * @param generated scenes whose generated sound is taken for theirs
   * @param real scenes whose own sound is taken for theirs
   * @param swapped scenes for which the generated sound of the next scene is taken for theirs
   * @param shifted scenes whose own sound is taken for theirs when it comes too early
   * @param shift by how many pictures; 0 where the window leaves no room
   */
  public record Report(
      int scenes, double generated, double real, double swapped, double shifted, int shift) {}

  /** Half a second of sounding scenes: more than any tolerance, less than most pauses. */
  private static final int SHIFT = 4;

  private AlignBench() {}

  /** Generates sound for the scenes 0 to {@code count − 1} of {@code scenes} and judges it. */
  public static Report run(
      Pipeline model,
      AlignmentJudge judge,
      SceneGenerator scenes,
      int count,
      SamplingSettings settings,
      ProgressListener progress) {
    List<Video> pictures = new ArrayList<>();
    List<Audio> sounds = new ArrayList<>();
    AlignAccuracy real = AlignAccuracy.NONE;
    AlignAccuracy generated = AlignAccuracy.NONE;
    AlignAccuracy shifted = AlignAccuracy.NONE;
    int shift = Math.min(SHIFT, judge.slack());
    for (int i = 0; i < count; i++) {
      Scene scene = scenes.scene(i);
      Video video = scene.clip().video().orElseThrow();
      GenerateRequest.Builder request =
          GenerateRequest.of(new Task.VideoToAudio()).video(Clip.of(video));
      Audio sound = settings.generate(model, request, i).clip().audio().orElseThrow();
      pictures.add(video);
      sounds.add(sound);
      Audio own = scene.clip().audio().orElseThrow();
      real = real.plus(judge.judge(video, own));
      shifted = shifted.plus(judge.judge(video, own, shift));
      generated = generated.plus(judge.judge(video, sound));
      progress.progress("align", i + 1, count);
    }
    AlignAccuracy swapped = AlignAccuracy.NONE;
    for (int i = 0; i < count; i++) {
      swapped = swapped.plus(judge.judge(pictures.get(i), sounds.get((i + 1) % count)));
    }
    return new Report(
        count, generated.share(), real.share(), swapped.share(), shifted.share(), shift);
  }
}
