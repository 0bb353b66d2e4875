package kinetone.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.function.Supplier;
import kinetone.checkpoint.ComponentFolder;
import kinetone.model.monl.AvDiTConfig;
import kinetone.model.monl.AvDiTPresets;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.Pipeline;
import kinetone.tensor.Engine;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kinetone bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "WHAT",
    description = {
      "Measures a model and this machine; what is compared was measured in the same run.",
      "",
      "Examples:",
      "  kinetone bench denoiser --model avdit-base --batch 1",
      "  kinetone bench sync --model monl-scenes --scenes 64 --json",
      ""
    },
    subcommands = {
      BenchDenoiser.class,
      BenchSampler.class,
      BenchTrain.class,
      BenchAvDit.class,
      BenchUniForm.class,
      BenchPrompts.class,
      BenchCodec.class,
      BenchSync.class,
      BenchAlign.class,
      BenchJoin.class,
      BenchJoint.class,
      BenchSeam.class,
      BenchLive.class,
      BenchMdsgen.class,
      BenchMetrics.class,
      BenchStart.class,
      BenchMemory.class
    })
final class BenchCommand implements Callable<Integer> {
  private static final String PRESET = "avdit-";

  @Option(
      names = "--json",
      scope = CommandLine.ScopeType.INHERIT,
      description = "One JSON object on one line.")
  private boolean json;

  @Option(
      names = "--threads",
      scope = CommandLine.ScopeType.INHERIT,
      description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getOut());
    return CommandLine.ExitCode.OK;
  }

  /** Measures, with the threads that were asked for, and prints. */
  int measure(String bench, String model, Supplier<?> work) {
    useThreads();
    BenchReport report = new BenchReport(bench, model, work.get());
    print(report.text(), report.json());
    return CommandLine.ExitCode.OK;
  }

  /** Takes the threads that were asked for. */
  void useThreads() {
    if (threads != null) {
      Engine.setThreads(threads);
    }
  }

  /** Prints what was asked for. */
  void print(String text, String asJson) {
    spec.commandLine().getOut().println(json ? asJson : text);
    spec.commandLine().getOut().flush();
  }

  /** AVDiT of a preset, a model folder, or a denoiser's own folder. */
  static AvDiTConfig denoiser(String model) {
    return denoiser(model, PRESET, AvDiTPresets::of, AvDiTConfig.class);
  }

  /**
   * The denoiser of a preset, a model folder, or a denoiser's own folder.
   *
   * @param preset what the names of sizes without weights begin with
   * @param presets by name
   */
  static <C> C denoiser(String model, String preset, Function<String, C> presets, Class<C> type) {
    if (model.startsWith(preset)) {
      return presets.apply(model);
    }
    Path folder = ModelPath.resolve(model);
    Path inside = folder.resolve("denoiser");
    return ComponentFolder.config(Files.isDirectory(inside) ? inside : folder, type);
  }

  /** Whether {@code model} names a size without weights. */
  static boolean isPreset(String model) {
    return model.startsWith(PRESET);
  }

  static Pipeline load(String model) {
    return Kinetone.load(ModelPath.resolve(model), Kinetone.Options.CPU);
  }
}
