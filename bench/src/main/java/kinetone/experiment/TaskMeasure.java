package kinetone.experiment;

import java.util.ArrayList;
import java.util.List;
import kinetone.bench.JointJudge;
import kinetone.bench.JudgedClip;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.OptionValues;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.TaskKind;
import kinetone.scene.Captions;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;

/** Has clips of scenes made, and judges the part that was made. */
final class TaskMeasure {
  private final SceneGenerator scenes;
  private final ClipFormat format;

  /**
   * A measure.
   *
   * @param world seed of the scenes
   */
  TaskMeasure(ClipFormat format, long world) {
    this.format = format;
    scenes = new SceneGenerator(format, SceneMix.all(), world);
  }

  /**
   * Requires that {@code pipeline} makes such clips.
   *
   * @param captions see {@link Variant#captions}
   * @throws kinetone.common.KinetoneException for options that do not go with the task
   */
  void check(Pipeline pipeline, AskedTask task, boolean captions, OptionValues options) {
    pipeline.check(request(task, scenes.scene(0), captions).with(options).build());
  }

  /**
   * Clips of the scenes 0 to {@code count − 1}, the seed of each its number.
   *
   * @param captions see {@link Variant#captions}
   */
  MeasuredTask made(
      Pipeline pipeline,
      JointJudge judge,
      AskedTask task,
      int count,
      boolean captions,
      OptionValues options,
      ProgressListener progress) {
    judge.requireFit(format);
    List<MeasuredTask.MeasuredClip> clips = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Scene scene = scenes.scene(i);
      GenerateRequest request = request(task, scene, captions).with(options).seed(i).build();
      Clip made = pipeline.generate(request).clip();
      clips.add(measured(judge, task, scene, whole(task.kind(), scene, made)));
      progress.progress(task.task(), i + 1, count);
    }
    return new MeasuredTask(task.task(), clips);
  }

  /** The scenes from number {@code first} on as they are. */
  MeasuredTask real(JointJudge judge, AskedTask task, int first, int count) {
    List<MeasuredTask.MeasuredClip> clips = new ArrayList<>();
    for (int i = first; i < first + count; i++) {
      Scene scene = scenes.scene(i);
      clips.add(measured(judge, task, scene, scene.clip()));
    }
    return new MeasuredTask(task.task(), clips);
  }

  private static GenerateRequest.Builder request(AskedTask task, Scene scene, boolean captions) {
    GenerateRequest.Builder request = GenerateRequest.of(task.toTask());
    if (captions) {
      request.with(CommonOptions.PROMPT, Captions.plain(scene.truth().facts()));
    }
    return switch (task.kind()) {
      case V2A -> request.video(Clip.of(scene.clip().video().orElseThrow()));
      case A2V -> request.audio(Clip.of(scene.clip().audio().orElseThrow()));
      case CONTINUE, INPAINT -> request.video(scene.clip());
      default -> request;
    };
  }

  private static Clip whole(TaskKind kind, Scene scene, Clip made) {
    return switch (kind) {
      case V2A -> Clip.of(scene.clip().video().orElseThrow(), made.audio().orElseThrow());
      case A2V -> Clip.of(made.video().orElseThrow(), scene.clip().audio().orElseThrow());
      default -> made;
    };
  }

  private MeasuredTask.MeasuredClip measured(
      JointJudge judge, AskedTask task, Scene scene, Clip whole) {
    Span part = task.made(format);
    JudgedClip judged = judge.judge(part.of(whole));
    boolean given = task.kind() == TaskKind.V2A || task.kind() == TaskKind.A2V;
    return new MeasuredTask.MeasuredClip(
        judged.pictureFeatures(),
        judged.soundFeatures(),
        given ? scene.truth().kind().impacts() : judged.seen().impacts(),
        given ? part.of(scene.truth().impactTimes()) : judged.onsetsSeen(),
        task.kind() == TaskKind.A2V ? judged.onsetsSeen() : judged.onsetsHeard());
  }
}
