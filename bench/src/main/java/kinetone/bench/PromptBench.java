package kinetone.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import kinetone.common.Check;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.Bootstrap;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.Systems;
import kinetone.pipeline.TaskKind;
import kinetone.scene.Captions;
import kinetone.scene.Combinations;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;

/**
 * Whether clips show and sound as their prompts say: prompts are captions of scenes that the model
 * was not trained on, whose facts are known; the same measure of the scenes themselves is the
 * ceiling, of clips from the same seeds without a prompt the null. Of tasks that are given a
 * picture or a sound (Zhao et al. 2025, table 4), the scene's own is given with and without.
 */
public final class PromptBench {
  /** What can be asked for in words. */
  public static final Set<TaskKind> TASKS = EnumSet.of(TaskKind.JOINT, TaskKind.V2A, TaskKind.A2V);

  /**
   * The figures.
   *
   * @param task what was made
   * @param clips generated with a prompt, and as many without
   * @param firstSeed of the clips, which have this and the following seeds
   * @param world seed of the scenes whose captions are the prompts
   * @param combinations of thing, colour and count in them
   * @param protocol how it was measured
   * @param figures of each set of clips
   * @param prompts the first of them
   */
  public record Report(
      String task,
      int clips,
      long firstSeed,
      long world,
      String combinations,
      Protocol protocol,
      List<Figure> figures,
      List<String> prompts) {
    /** The figure of this name. */
    public Figure figure(String what) {
      return figures.stream().filter(one -> one.what().equals(what)).findFirst().orElseThrow();
    }
  }

  /** How it was measured, in words. */
  public record Protocol(
      String columns,
      String kinds,
      String colour,
      String count,
      String onsets,
      String frechet,
      String intervals) {
    private static final Protocol STANDARD =
        new Protocol(
            "prompted: with the caption of a scene, and its picture or sound where the task is given"
                + " one; without: the same seed and the same given, no prompt, held to the same"
                + " facts; through codecs: that scene, coded by the model's codecs and back; real:"
                + " that scene",
            "what the classifiers of bench joint name",
            "the main thing's as a classifier of pictures names it, one of eight or none; of scenes where"
                + " it has one colour",
            "onsets heard, exactly as many as the scene has impacts, of scenes with impacts alone",
            "against the impacts of the scene, F1 over all onsets of scenes with impacts; shuffled:"
                + " against those of the next scene",
            "over the classifiers' features, against as many other real scenes; the column real is"
                + " the floor for this number of clips",
            "95 %, bootstrap over clips (of distances moved by their bias)");
  }

  /**
   * One figure of each set of clips, with its 95 % interval.
   *
   * @param what it is
   * @param clips of which it can be asked
   * @param prompted generated with the prompt
   * @param without generated without
   * @param throughCodecs the scene, coded and back
   * @param real the scene
   */
  public record Figure(
      String what,
      int clips,
      Bootstrap.Interval prompted,
      Bootstrap.Interval without,
      Bootstrap.Interval throughCodecs,
      Bootstrap.Interval real) {}

  /** Hears of every clip with a prompt. */
  @FunctionalInterface
  public interface Audience {
    /** The clip of {@code prompt}, and what the judge found. */
    void made(String prompt, Clip clip, JudgedClip judged);
  }

  private final Pipeline pipeline;
  private final JointJudge judge;
  private final ColourJudge colours;
  private final TaskKind task;
  private final SamplingSettings settings;
  private final List<PromptFigures.Made> prompted = new ArrayList<>();
  private final List<PromptFigures.Made> without = new ArrayList<>();
  private final List<PromptFigures.Made> coded = new ArrayList<>();
  private final List<PromptFigures.Made> real = new ArrayList<>();
  private final List<JudgedClip> reference = new ArrayList<>();
  private final List<String> prompts = new ArrayList<>();

  private PromptBench(
      Pipeline pipeline,
      JointJudge judge,
      ColourJudge colours,
      TaskKind task,
      SamplingSettings settings) {
    this.pipeline = pipeline;
    this.judge = judge;
    this.colours = colours;
    this.task = task;
    this.settings = settings;
  }

  /**
   * Generates and judges.
   *
   * @param model folder of the model, whose {@code video_codec} and {@code audio_codec} code the
   *     real clips
   * @param task one of {@link #TASKS}
   * @param scenes whose captions are the prompts, in the format of the model
   */
  public static Report run(
      Pipeline pipeline,
      Path model,
      JointJudge judge,
      ColourJudge colours,
      TaskKind task,
      SceneGenerator scenes,
      Combinations combinations,
      int count,
      long firstSeed,
      SamplingSettings settings,
      Audience audience,
      ProgressListener progress) {
    Check.atLeast("clips", count, 2);
    Check.that(
        TASKS.contains(task),
        "task '%s' cannot be asked for in words alone; use joint, v2a or a2v",
        task.label());
    String system = pipeline.index().system();
    Check.that(
        Systems.named(system).allOptions().contains(CommonOptions.PROMPT),
        "models of the system '%s' hear no words; bench prompts needs one that does",
        system);
    ClipFormat format = pipeline.index().format();
    judge.requireFit(format);
    PromptBench bench = new PromptBench(pipeline, judge, colours, task, settings);
    try (CodecRoundTrip codecs =
        new CodecRoundTrip(model.resolve("video_codec"), model.resolve("audio_codec"), format)) {
      for (int i = 0; i < count; i++) {
        Scene other = scenes.scene(combinations.number(scenes, (long) count + i));
        bench.reference.add(judge.judge(other.clip()));
        Scene scene = scenes.scene(combinations.number(scenes, i));
        bench.ask(scene, firstSeed + i, audience);
        bench.coded.add(bench.made(scene, codecs.code(scene.clip())));
        bench.real.add(bench.made(scene, scene.clip()));
        progress.progress("prompts", i + 1, count);
      }
    }
    return new Report(
        task.label(),
        count,
        firstSeed,
        scenes.seed(),
        combinations.label(),
        Protocol.STANDARD,
        bench.figures(),
        List.copyOf(bench.prompts.subList(0, Math.min(count, 10))));
  }

  private void ask(Scene scene, long seed, Audience audience) {
    String prompt = Captions.plain(scene.truth().facts());
    prompts.add(prompt);
    Clip told =
        whole(
            scene,
            settings
                .generate(pipeline, request(scene).with(CommonOptions.PROMPT, prompt), seed)
                .clip());
    PromptFigures.Made heard = made(scene, told);
    audience.made(prompt, told, heard.judged());
    prompted.add(heard);
    GenerateRequest untold =
        request(scene)
            .with(settings.options())
            .with(CommonOptions.GUIDANCE_SCALE, 1.0)
            .seed(seed)
            .build();
    without.add(made(scene, whole(scene, pipeline.generate(untold).clip())));
  }

  private GenerateRequest.Builder request(Scene scene) {
    return switch (task) {
      case V2A ->
          GenerateRequest.of(new Task.VideoToAudio())
              .video(Clip.of(scene.clip().video().orElseThrow()));
      case A2V ->
          GenerateRequest.of(new Task.AudioToVideo())
              .audio(Clip.of(scene.clip().audio().orElseThrow()));
      default -> GenerateRequest.of(new Task.Joint());
    };
  }

  /** What was made, with what was given beside it. */
  private Clip whole(Scene scene, Clip made) {
    return switch (task) {
      case V2A -> Clip.of(scene.clip().video().orElseThrow(), made.audio().orElseThrow());
      case A2V -> Clip.of(made.video().orElseThrow(), scene.clip().audio().orElseThrow());
      default -> made;
    };
  }

  private PromptFigures.Made made(Scene scene, Clip clip) {
    return new PromptFigures.Made(
        scene.truth().facts(),
        task == TaskKind.JOINT ? Optional.empty() : Optional.of(scene.truth().impactTimes()),
        judge.judge(clip),
        colours.judge(clip));
  }

  private List<Figure> figures() {
    Map<String, PromptFigures.Counted> told = PromptFigures.of(task, prompted, reference);
    Map<String, PromptFigures.Counted> untold = PromptFigures.of(task, without, reference);
    Map<String, PromptFigures.Counted> through = PromptFigures.of(task, coded, reference);
    Map<String, PromptFigures.Counted> scene = PromptFigures.of(task, real, reference);
    return told.entrySet().stream()
        .map(
            entry ->
                new Figure(
                    entry.getKey(),
                    entry.getValue().clips(),
                    entry.getValue().value(),
                    untold.get(entry.getKey()).value(),
                    through.get(entry.getKey()).value(),
                    scene.get(entry.getKey()).value()))
        .toList();
  }
}
