package kinetone.bench;

import java.util.ArrayList;
import java.util.List;
import kinetone.diffusion.task.Task;
import kinetone.judge.AlignmentJudge;
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
   * The figures.
   *
   * @param scenes how many held-out scenes
   * @param shift by how many pictures sound came too early; 0 where the window leaves no room
   * @param takenForTheirs shares of the scenes for which the judge takes a sound for theirs: the
   *     one generated for them, their own, the generated one of the next scene, and their own when
   *     it comes too early
   */
  public record Report(int scenes, int shift, List<Share> takenForTheirs) {
    /** The share of this name. */
    public Share share(String what) {
      return takenForTheirs.stream()
          .filter(one -> one.what().equals(what))
          .findFirst()
          .orElseThrow();
    }
  }

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
    List<AlignAccuracy> real = new ArrayList<>();
    List<AlignAccuracy> generated = new ArrayList<>();
    List<AlignAccuracy> shifted = new ArrayList<>();
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
      real.add(judge.judge(video, own));
      shifted.add(judge.judge(video, own, shift));
      generated.add(judge.judge(video, sound));
      progress.progress("align", i + 1, count);
    }
    List<AlignAccuracy> swapped = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      swapped.add(judge.judge(pictures.get(i), sounds.get((i + 1) % count)));
    }
    return new Report(
        count,
        shift,
        List.of(
            Share.of("generated", generated),
            Share.of("real", real),
            Share.of("generated, swapped", swapped),
            Share.of("real, early", shifted)));
  }
}
