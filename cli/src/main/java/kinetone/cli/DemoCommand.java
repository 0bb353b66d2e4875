package kinetone.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.IntPredicate;
import kinetone.cli.DemoProgramme.Act;
import kinetone.cli.DemoProgramme.Cast;
import kinetone.cli.DemoProgramme.Given;
import kinetone.cli.DemoProgramme.Maker;
import kinetone.common.OutputFile;
import kinetone.diffusion.Modality;
import kinetone.media.Audio;
import kinetone.media.Clip;
import kinetone.media.ClipFormat;
import kinetone.media.ClipWriter;
import kinetone.pipeline.CommonOptions;
import kinetone.pipeline.GenerateResult;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.report.ClipPage;
import kinetone.report.ClipPictures;
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
      "A joint clip and sound for a silent video (from two models each), picture for a sound, a"
          + " continuation and an inpainting, each beside what was given; then three clips from"
          + " prompts, and one silent video with two. An earlier demo in the folder is replaced.",
      ""
    })
final class DemoCommand implements Callable<Integer> {
  /** For a model that shall not take part. */
  private static final String NONE = "none";

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
      names = "--joint-model",
      defaultValue = "avdit-scenes",
      description =
          "The other model for joint clips (default: ${DEFAULT-VALUE}); none: without its clip.")
  private String jointModel;

  @Option(
      names = "--prompt-model",
      defaultValue = "uniform-scenes",
      description =
          "The model that hears words (default: ${DEFAULT-VALUE}); none: without clips of prompts.")
  private String promptModel;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Override
  public Integer call() {
    long start = System.nanoTime();
    OutputFile.requireFolder(out);
    List<ClipPage.Row> rows = new ArrayList<>();
    Kinetone.Options how = device.options(precision.precision());
    try (Interruption interruption = new Interruption();
        Pipeline monl = Kinetone.load(ModelPath.resolve(model), how);
        Pipeline sound = Kinetone.load(ModelPath.resolve(soundModel), how);
        Pipeline joint = wanted(jointModel, how);
        Pipeline words = wanted(promptModel, how)) {
      Cast cast =
          new Cast(
              new Maker("", "MoNL", monl),
              new Maker("-mdsgen", "MDSGen", sound),
              Optional.ofNullable(joint).map(pipeline -> new Maker("-av-dit", "AV-DiT", pipeline)),
              Optional.ofNullable(words).map(pipeline -> new Maker("", "UniForm", pipeline)));
      cast.all().forEach(maker -> requireWritable(maker.pipeline().index().format()));
      for (Act act : new DemoProgramme(cast, seed).acts()) {
        rows.add(row(act, interruption));
      }
    }
    ClipPage.write(out, "Kinetone demo", introduction(), rows);
    System.err.printf("%.0f s in all; open the page:%n", (System.nanoTime() - start) / 1e9);
    System.out.println(out.resolve("index.html"));
    return 0;
  }

  /** The model called {@code name}, or null for none. */
  private static Pipeline wanted(String name, Kinetone.Options how) {
    return name.equals(NONE) ? null : Kinetone.load(ModelPath.resolve(name), how);
  }

  private String introduction() {
    return "Clips from AVDiT with a Mixture of Noise Levels (Kim et al. 2024), and for the silent video"
        + " a second sound from MDSGen (Pham et al. 2025), both trained from nothing on procedural"
        + " sounding scenes. The inputs are scenes they never saw."
        + (jointModel.equals(NONE)
            ? ""
            : " Beside the joint clip stands one of AV-DiT (Wang et al. 2024), a model of single"
                + " pictures with small trained parts, whose sound is seldom in time yet.")
        + (promptModel.equals(NONE)
            ? ""
            : " Clips from words are UniForm's (Zhao et al. 2025): they show what they are told and"
                + " sound so, but seldom as often as they are told.");
  }

  private void requireWritable(ClipFormat format) {
    ClipWriter.requireFits(out.resolve("clip.mp4"), format, format.sampleRate(), 1);
  }

  private static GenerateResult make(Act act, Maker maker, Interruption interruption) {
    int steps = maker.pipeline().index().defaults().get(CommonOptions.NUM_INFERENCE_STEPS);
    try (ConsoleProgress progress =
        new ConsoleProgress(act.name() + maker.ending(), steps, "steps")) {
      return maker
          .pipeline()
          .generate(
              act.request(),
              (phase, step, all) -> {
                if (phase.equals("sample")) {
                  progress.at(step);
                }
                progress.note(phase);
              },
              interruption.cancellation());
    }
  }

  private ClipPage.Row row(Act act, Interruption interruption) {
    List<ClipPage.Cell> cells = new ArrayList<>();
    for (Given given : act.given()) {
      cells.add(cell(act.name() + "-given", given.caption(), true, given.clip(), frame -> false));
    }
    for (Maker maker : act.makers()) {
      GenerateResult made = make(act, maker, interruption);
      String caption =
          act.makers().size() == 1 ? act.title() : act.title() + ": " + maker.caption();
      cells.add(
          cell(
              act.name() + maker.ending(),
              caption,
              false,
              made.clip(),
              kept(made, maker.pipeline().index().format().framesPerSecond())));
    }
    return new ClipPage.Row(act.title(), act.text(), cells);
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
