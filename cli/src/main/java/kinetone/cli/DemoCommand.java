package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import kinetone.common.OutputFile;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateRequest;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.report.ClipPage;
import kinetone.report.ClipPictures;
import kinetone.scene.Scene;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneKind;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kinetone demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Generates clips with the shipped models and a page that shows them.",
      "",
      "A joint clip, sound for a silent video (from both models), picture for a sound, a"
          + " continuation and an inpainting, each beside what was given; then three clips from"
          + " prompts, and one silent video with two. An earlier demo in the folder is replaced.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  private static final double GIVEN_SECONDS = 0.625;
  private static final double GAP_START = 0.125;
  private static final double GAP_END = 1.625;

  /** Scenes that nothing was trained on: another world than the training data's. */
  private static final long HELD_OUT_WORLD = 3;

  private static final List<String> PROMPTS =
      List.of(
          "a red ball bounces three times",
          "a blue wheel spins in a dark room",
          "rain falls on green water");

  private static final List<String> TWO_PROMPTS =
      List.of("a ball bounces", "a ball bounces while rain falls");

  @Option(names = "--out", defaultValue = "out/demo", description = "Folder (default: out/demo).")
  private Path out;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the noise (default: 1).")
  private long seed;

  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "Model folder or name (default: ${DEFAULT-VALUE}).")
  private String model;

  @Option(
      names = "--sound-model",
      defaultValue = "mdsgen-scenes",
      description = "The other model for sound (default: mdsgen-scenes).")
  private String soundModel;

  @Option(
      names = "--prompt-model",
      defaultValue = "uniform-scenes",
      description =
          "The model that hears words (default: ${DEFAULT-VALUE}); none: without clips of prompts.")
  private String promptModel;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  /** A model that takes part; {@code ending} tells its files from those of the first. */
  private record Maker(String ending, String caption, Pipeline pipeline) {}

  /** One thing to show, made by one or more models. */
  private record Act(
      String name,
      String title,
      String text,
      GenerateRequest request,
      List<Given> given,
      List<Maker> makers) {}

  /** An input of an act. */
  private record Given(String caption, Clip clip) {}

  @Override
  public Integer call() {
    long start = System.nanoTime();
    OutputFile.requireFolder(out);
    List<ClipPage.Row> rows = new ArrayList<>();
    Kinetone.Options how = device.options(precision.precision());
    try (Interruption interruption = new Interruption();
        Pipeline monl = Kinetone.load(ModelPath.resolve(model), how);
        Pipeline mdsgen = Kinetone.load(ModelPath.resolve(soundModel), how);
        Pipeline uniform =
            promptModel.equals("none")
                ? null
                : Kinetone.load(ModelPath.resolve(promptModel), how)) {
      requireWritable(monl.index().format());
      requireWritable(mdsgen.index().format());
      if (uniform != null) {
        requireWritable(uniform.index().format());
      }
      for (Act act : acts(new Maker("", "MoNL", monl), new Maker("-mdsgen", "MDSGen", mdsgen))) {
        rows.add(row(act, interruption));
      }
      if (uniform != null) {
        for (Act act : told(new Maker("", "UniForm", uniform))) {
          rows.add(row(act, interruption));
        }
      }
    }
    ClipPage.write(
        out,
        "Kinetone demo",
        "Clips from AVDiT with a Mixture of Noise Levels (Kim et al. 2024), and for the silent video"
            + " a second sound from MDSGen (Pham et al. 2025), both trained from nothing on procedural"
            + " sounding scenes. The inputs are scenes they never saw."
            + (promptModel.equals("none")
                ? ""
                : " Clips from words are UniForm's (Zhao et al. 2025), whose weights are early: most"
                    + " show what they are told, fewer sound so."),
        rows);
    System.err.printf("%.0f s in all; open the page:%n", (System.nanoTime() - start) / 1e9);
    System.out.println(out.resolve("index.html"));
    return 0;
  }

  private void requireWritable(ClipFormat format) {
    ClipWriter.requireFits(out.resolve("clip.mp4"), format, format.sampleRate(), 1);
  }

  private static GenerateResult make(Act act, Maker maker, Interruption interruption) {
    int steps = maker.pipeline.index().defaults().get(CommonOptions.NUM_INFERENCE_STEPS);
    try (ConsoleProgress progress = new ConsoleProgress(act.name + maker.ending, steps, "steps")) {
      return maker.pipeline.generate(
          act.request,
          (phase, step, all) -> {
            if (phase.equals("sample")) {
              progress.at(step);
            }
            progress.note(phase);
          },
          interruption.cancellation());
    }
  }

  private List<Act> acts(Maker monl, Maker mdsgen) {
    ClipFormat format = monl.pipeline.index().format();
    Scene bell = scene(format, SceneKind.BELL, 1);
    Scene ball = scene(format, SceneKind.BALL, 3);
    Scene keys = scene(format, SceneKind.KEYS, 2);
    Scene walk = scene(format, SceneKind.FOOTSTEPS, 1);
    Clip silent = Clip.of(ball.clip().video().orElseThrow());
    Clip sound = Clip.of(keys.clip().audio().orElseThrow());
    return List.of(
        new Act(
            "joint",
            "Picture and sound together",
            "Nothing was given but the seed.",
            GenerateRequest.of(new Task.Joint()).seed(seed).build(),
            List.of(),
            List.of(monl)),
        new Act(
            "video-to-audio",
            "Sound for a silent video",
            "The picture was given, the sound is generated, by each model.",
            GenerateRequest.of(new Task.VideoToAudio()).seed(seed).video(silent).build(),
            List.of(new Given("silent video", silent)),
            List.of(monl, mdsgen)),
        new Act(
            "audio-to-video",
            "Picture for a sound",
            "The sound was given, the picture is generated.",
            GenerateRequest.of(new Task.AudioToVideo()).seed(seed).audio(sound).build(),
            List.of(new Given("sound", sound)),
            List.of(monl)),
        new Act(
            "continuation",
            "Continuation",
            "The first " + GIVEN_SECONDS + " s of picture and sound were given.",
            GenerateRequest.of(new Task.Continue(GIVEN_SECONDS))
                .seed(seed)
                .video(bell.clip())
                .build(),
            List.of(new Given("the whole scene; only its start was given", bell.clip())),
            List.of(monl)),
        new Act(
            "inpainting",
            "Inpainting",
            "Picture and sound from " + GAP_START + " s to " + GAP_END + " s were missing.",
            GenerateRequest.of(new Task.Inpaint(GAP_START, GAP_END))
                .seed(seed)
                .video(walk.clip())
                .build(),
            List.of(new Given("the whole scene; its middle was not given", walk.clip())),
            List.of(monl)));
  }

  /** Three clips from three prompts, and one video with two. */
  private List<Act> told(Maker uniform) {
    List<Act> acts = new ArrayList<>();
    for (String prompt : PROMPTS) {
      acts.add(
          new Act(
              "prompt-" + (acts.size() + 1),
              "\u201c" + prompt + "\u201d",
              "Nothing was given but the words and the seed.",
              GenerateRequest.of(new Task.Joint()).seed(seed).prompt(prompt).build(),
              List.of(),
              List.of(uniform)));
    }
    Scene ball = scene(uniform.pipeline.index().format(), SceneKind.BALL, 3);
    Clip silent = Clip.of(ball.clip().video().orElseThrow());
    for (String prompt : TWO_PROMPTS) {
      acts.add(
          new Act(
              "told-" + (acts.size() - PROMPTS.size() + 1),
              "One silent video, two prompts: \u201c" + prompt + "\u201d",
              "The picture was given, and the words that its sound shall follow.",
              GenerateRequest.of(new Task.VideoToAudio())
                  .seed(seed)
                  .video(silent)
                  .prompt(prompt)
                  .build(),
              List.of(new Given("silent video", silent)),
              List.of(uniform)));
    }
    return acts;
  }

  private static Scene scene(ClipFormat format, SceneKind kind, long index) {
    return new SceneGenerator(format, SceneMix.only(kind), HELD_OUT_WORLD).scene(index);
  }

  private ClipPage.Row row(Act act, Interruption interruption) {
    List<ClipPage.Cell> cells = new ArrayList<>();
    for (Given given : act.given) {
      cells.add(cell(act.name + "-given", given.caption, true, given.clip, frame -> false));
    }
    for (Maker maker : act.makers) {
      GenerateResult made = make(act, maker, interruption);
      String caption = act.makers.size() == 1 ? act.title : act.title + ": " + maker.caption;
      cells.add(
          cell(
              act.name + maker.ending,
              caption,
              false,
              made.clip(),
              kept(made, maker.pipeline.index().format().framesPerSecond())));
    }
    return new ClipPage.Row(act.title, act.text, cells);
  }

  /** Which frames were given. */
  private static IntPredicate kept(GenerateResult made, double framesPerSecond) {
    return frame ->
        made.given().stream()
            .filter(stretch -> stretch.modality() == Modality.VIDEO)
            .anyMatch(
                stretch -> {
                  double middle = (frame + 0.5) / framesPerSecond;
                  return middle >= stretch.start() && middle < stretch.end();
                });
  }

  private ClipPage.Cell cell(
      String name, String caption, boolean given, Clip clip, IntPredicate kept) {
    String media;
    if (clip.video().isPresent()) {
      media = name + ".mp4";
      ClipWriter.writeMp4(out.resolve(media), clip);
    } else {
      media = name + ".wav";
      Audio audio = clip.audio().orElseThrow();
      ClipWriter.writeWav(out.resolve(media), audio);
    }
    return new ClipPage.Cell(caption, given, media, ClipPictures.write(out, name, clip, kept));
  }
}
