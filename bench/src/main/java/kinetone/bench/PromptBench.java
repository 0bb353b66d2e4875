package kinetone.bench;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Predicate;
import kinetone.common.Check;
import kinetone.diffusion.task.Task;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.metric.Bootstrap;
import kinetone.metric.SalientHue;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.Pipeline;
import kinetone.pipeline.ProgressListener;
import kinetone.pipeline.Systems;
import kinetone.scene.Captions;
import kinetone.scene.ColourName;
import kinetone.scene.Combinations;
import kinetone.scene.Facts;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;

/**
 * Whether clips show and sound as their prompts say: prompts are captions of scenes that the model
 * was not trained on, whose facts are known; the same measure of the scenes themselves is the
 * ceiling, of clips from the same seeds without a prompt the null.
 */
public final class PromptBench {
  /**
   * The figures.
   *
   * @param clips generated with a prompt, and as many without
   * @param firstSeed of the clips, which have this and the following seeds
   * @param world seed of the scenes whose captions are the prompts
   * @param combinations of thing, colour and count in them
   * @param protocol how it was measured
   * @param figures of each set of clips
   * @param prompts the first of them
   */
  public record Report(
      int clips,
      long firstSeed,
      long world,
      String combinations,
      Protocol protocol,
      List<Figure> figures,
      List<String> prompts) {}

  /** How it was measured, in words. */
  public record Protocol(
      String columns, String kinds, String colour, String count, String intervals) {
    private static final Protocol STANDARD =
        new Protocol(
            "prompted: task joint with the caption of a scene; without: the same seed, no prompt,"
                + " held to the same facts; through codecs: that scene, coded by the model's codecs"
                + " and back; real: that scene",
            "what the classifiers of bench joint name",
            "hue of what moves (SalientHue) as one of eight names, of scenes whose main thing has one"
                + " colour",
            "onsets heard, exactly as many as the scene has impacts, of scenes with impacts alone",
            "95 %, bootstrap over clips");
  }

  /**
   * One share of each set of clips, with its 95 % interval.
   *
   * @param what holds
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

  /** What was found in one clip. */
  private record Found(JudgedClip clip, Optional<ColourName> colour) {
    static Found in(Clip clip, JointJudge judge) {
      OptionalDouble hue = SalientHue.of(clip.video().orElseThrow());
      return new Found(
          judge.judge(clip),
          hue.isPresent() ? Optional.of(ColourName.of(hue.getAsDouble())) : Optional.empty());
    }
  }

  /** One prompt and what became of it. */
  private record Trial(Facts facts, Found prompted, Found without, Found coded, Found real) {}

  /** Hears of every clip with a prompt. */
  @FunctionalInterface
  public interface Audience {
    /** The clip of {@code prompt}, and what the judge found. */
    void made(String prompt, Clip clip, JudgedClip judged);
  }

  private PromptBench() {}

  /**
   * Generates and judges.
   *
   * @param model folder of the model, whose {@code video_codec} and {@code audio_codec} code the
   *     real clips
   * @param scenes whose captions are the prompts, in the format of the model
   */
  public static Report run(
      Pipeline pipeline,
      Path model,
      JointJudge judge,
      SceneGenerator scenes,
      Combinations combinations,
      int count,
      long firstSeed,
      SamplingSettings settings,
      Audience audience,
      ProgressListener progress) {
    Check.atLeast("clips", count, 2);
    String system = pipeline.index().system();
    Check.that(
        Systems.named(system).allOptions().contains(CommonOptions.PROMPT),
        "models of the system '%s' hear no words; bench prompts needs one that does",
        system);
    ClipFormat format = pipeline.index().format();
    judge.requireFit(format);
    List<Trial> trials = new ArrayList<>();
    List<String> prompts = new ArrayList<>();
    try (CodecRoundTrip codecs =
        new CodecRoundTrip(model.resolve("video_codec"), model.resolve("audio_codec"), format)) {
      for (int i = 0; i < count; i++) {
        Scene scene = scenes.scene(combinations.number(scenes, i));
        Facts facts = scene.truth().facts();
        String prompt = Captions.plain(facts);
        prompts.add(prompt);
        long seed = firstSeed + i;
        Clip told =
            settings
                .generate(
                    pipeline,
                    GenerateRequest.of(new Task.Joint()).with(CommonOptions.PROMPT, prompt),
                    seed)
                .clip();
        GenerateRequest untold =
            GenerateRequest.of(new Task.Joint())
                .with(settings.options())
                .with(CommonOptions.GUIDANCE_SCALE, 1.0)
                .seed(seed)
                .build();
        Found prompted = Found.in(told, judge);
        audience.made(prompt, told, prompted.clip());
        trials.add(
            new Trial(
                facts,
                prompted,
                Found.in(pipeline.generate(untold).clip(), judge),
                Found.in(codecs.code(scene.clip()), judge),
                Found.in(scene.clip(), judge)));
        progress.progress("prompts", i + 1, count);
      }
    }
    return new Report(
        count,
        firstSeed,
        scenes.seed(),
        combinations.label(),
        Protocol.STANDARD,
        figures(trials),
        List.copyOf(prompts.subList(0, Math.min(prompts.size(), 10))));
  }

  private static List<Figure> figures(List<Trial> trials) {
    return List.of(
        figure(
            "kind seen as the prompt says",
            trials,
            facts -> true,
            (facts, found) -> found.clip().seen() == facts.kind()),
        figure(
            "kind heard as the prompt says",
            trials,
            facts -> true,
            (facts, found) -> found.clip().heard() == facts.kind()),
        figure(
            "kind seen and heard as the prompt says",
            trials,
            facts -> true,
            (facts, found) ->
                found.clip().seen() == facts.kind() && found.clip().heard() == facts.kind()),
        figure(
            "colour as the prompt says",
            trials,
            facts -> facts.colour().isPresent(),
            (facts, found) -> found.colour().equals(facts.colour())),
        figure(
            "impacts heard, as many as the prompt says",
            trials,
            facts -> facts.kind().impacts() && facts.count() > 0,
            (facts, found) -> found.clip().onsetsHeard().length == facts.count()));
  }

  /** Whether something found is as the facts say. */
  @FunctionalInterface
  private interface Holds {
    boolean of(Facts facts, Found found);
  }

  private static Figure figure(String what, List<Trial> all, Predicate<Facts> asked, Holds holds) {
    List<Trial> trials = all.stream().filter(trial -> asked.test(trial.facts())).toList();
    return new Figure(
        what,
        trials.size(),
        share(trials, trial -> holds.of(trial.facts(), trial.prompted())),
        share(trials, trial -> holds.of(trial.facts(), trial.without())),
        share(trials, trial -> holds.of(trial.facts(), trial.coded())),
        share(trials, trial -> holds.of(trial.facts(), trial.real())));
  }

  private static Bootstrap.Interval share(List<Trial> trials, Predicate<Trial> holds) {
    if (trials.isEmpty()) {
      return null;
    }
    boolean[] flags = new boolean[trials.size()];
    for (int i = 0; i < flags.length; i++) {
      flags[i] = holds.test(trials.get(i));
    }
    return Bootstrap.STANDARD.interval(
        flags.length,
        drawn -> {
          int sum = 0;
          for (int i : drawn) {
            sum += flags[i] ? 1 : 0;
          }
          return (double) sum / drawn.length;
        });
  }
}
