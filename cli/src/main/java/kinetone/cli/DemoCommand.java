package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import kinetone.diffusion.Modality;
import kinetone.diffusion.task.Task;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
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
import picocli.CommandLine.Option;

/** {@code kinetone demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = {
      "Generates five clips with the shipped model and a page that shows them beside their inputs:",
      "a joint clip, sound for a silent video, picture for a sound, a continuation, an inpainting.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  private static final double GIVEN_SECONDS = 0.625;
  private static final double GAP_START = 0.125;
  private static final double GAP_END = 1.625;

  /** Scenes that nothing was trained on: another world than the training data's. */
  private static final long HELD_OUT_WORLD = 3;

  @Option(names = "--out", defaultValue = "out/demo", description = "Folder (default: out/demo).")
  private Path out;

  @Option(names = "--seed", defaultValue = "1", description = "Seed of the noise (default: 1).")
  private long seed;

  @Option(names = "--model", defaultValue = "monl-scenes", description = "Model folder or name.")
  private String model;

  /** One thing to show. */
  private record Act(
      String name, String title, String text, GenerateRequest request, List<Given> given) {}

  /** An input of an act. */
  private record Given(String caption, Clip clip) {}

  @Override
  public Integer call() {
    long start = System.nanoTime();
    List<ClipPage.Row> rows = new ArrayList<>();
    try (Interruption interruption = new Interruption();
        Pipeline pipeline = Kinetone.load(ModelPath.resolve(model), Kinetone.Options.CPU)) {
      List<Act> acts = acts(pipeline.index().format());
      int steps = pipeline.index().defaults().numInferenceSteps();
      for (Act act : acts) {
        GenerateResult made;
        try (ConsoleProgress progress = new ConsoleProgress(act.name, steps, "steps")) {
          made =
              pipeline.generate(
                  act.request,
                  (phase, step, all) -> {
                    if (phase.equals("sample")) {
                      progress.at(step);
                    }
                    progress.note(phase);
                  },
                  interruption.cancellation());
        }
        rows.add(row(act, made));
      }
    }
    ClipPage.write(
        out,
        "Kinetone demo",
        "Five clips from one model (AVDiT with a Mixture of Noise Levels, Kim et al. 2024), trained"
            + " from nothing on procedural sounding scenes. The inputs are scenes it never saw.",
        rows);
    System.err.printf("%.0f s in all; open the page:%n", (System.nanoTime() - start) / 1e9);
    System.out.println(out.resolve("index.html"));
    return 0;
  }

  private List<Act> acts(ClipFormat format) {
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
            List.of()),
        new Act(
            "video-to-audio",
            "Sound for a silent video",
            "The picture was given, the sound is generated.",
            GenerateRequest.of(new Task.VideoToAudio()).seed(seed).video(silent).build(),
            List.of(new Given("silent video", silent))),
        new Act(
            "audio-to-video",
            "Picture for a sound",
            "The sound was given, the picture is generated.",
            GenerateRequest.of(new Task.AudioToVideo()).seed(seed).audio(sound).build(),
            List.of(new Given("sound", sound))),
        new Act(
            "continuation",
            "Continuation",
            "The first " + GIVEN_SECONDS + " s of picture and sound were given.",
            GenerateRequest.of(new Task.Continue(GIVEN_SECONDS))
                .seed(seed)
                .video(bell.clip())
                .build(),
            List.of(new Given("the whole scene; only its start was given", bell.clip()))),
        new Act(
            "inpainting",
            "Inpainting",
            "Picture and sound from " + GAP_START + " s to " + GAP_END + " s were missing.",
            GenerateRequest.of(new Task.Inpaint(GAP_START, GAP_END))
                .seed(seed)
                .video(walk.clip())
                .build(),
            List.of(new Given("the whole scene; its middle was not given", walk.clip()))));
  }

  private static Scene scene(ClipFormat format, SceneKind kind, long index) {
    return new SceneGenerator(format, SceneMix.only(kind), HELD_OUT_WORLD).scene(index);
  }

  private ClipPage.Row row(Act act, GenerateResult made) {
    List<ClipPage.Cell> cells = new ArrayList<>();
    for (int i = 0; i < act.given.size(); i++) {
      Given given = act.given.get(i);
      cells.add(cell(act.name + "-given", given.caption, true, given.clip, frame -> false));
    }
    boolean[] generated = made.mask().generated(Modality.VIDEO);
    int last = made.decoded().video().orElseThrow().frames() - 1;
    // Latent 0 is frame 0, each later one covers the same number of frames.
    int perLatent = last / (generated.length - 1);
    IntPredicate kept = frame -> !generated[(frame + perLatent - 1) / perLatent];
    cells.add(cell(act.name, act.title, false, made.clip(), kept));
    return new ClipPage.Row(act.title, act.text, cells);
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
