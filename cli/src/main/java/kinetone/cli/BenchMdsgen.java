package kinetone.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import kinetone.bench.MdsgenBench;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.diffusion.guidance.Batching;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench mdsgen}. */
@Command(
    name = "mdsgen",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "MDSGen's efficiency table: parameters, seconds per sample and peak memory.",
      "",
      "Seconds are those of denoiser, autoencoder and vocoder, with random weights in the released"
          + " form (AudioLDM's latents; Linux).",
      ""
    })
final class BenchMdsgen implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--size",
      paramLabel = "SIZE",
      defaultValue = "T,S,B,L",
      split = ",",
      description = "T, S, B or L; give it again for more (${DEFAULT-VALUE}).")
  private List<String> sizes;

  @Option(
      names = "--num-inference-steps",
      defaultValue = "25",
      description = "Per sample (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int steps;

  @Option(names = "--repeats", defaultValue = "3", description = "For medians (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int repeats;

  @Option(
      names = "--no-guidance",
      description = "Run the network once a step; the released code runs it twice.")
  private boolean withoutGuidance;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(
      names = "--guided-passes",
      paramLabel = "HOW",
      defaultValue = "by-device",
      description =
          "joined, one batch of two; apart; or by-device, joined on GPUs (${DEFAULT-VALUE}).")
  private String guidedPasses;

  @Option(
      names = "--compare",
      paramLabel = "FOLDER",
      description =
          "Denoise with the weights and noise that goldens/bench/mdsgen_speed.py put here, nothing"
              + " else.")
  private Path comparison;

  @Override
  public Integer call() {
    return parent.measure(
        "mdsgen", String.join(",", sizes), comparison == null ? this::run : this::compare);
  }

  private MdsgenBench.Report run() {
    try (ConsoleProgress progress = new ConsoleProgress("mdsgen", sizes.size(), "sizes")) {
      return MdsgenBench.run(
          sizes,
          steps,
          !withoutGuidance,
          repeats,
          device.compute(precision, batching()),
          (phase, done, all) -> progress.at(done));
    }
  }

  private Batching batching() {
    for (Batching batching : Batching.values()) {
      if (batching.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(guidedPasses)) {
        return batching;
      }
    }
    throw KinetoneException.user(
        "guided passes '%s' are unknown; use joined, apart or by-device", guidedPasses);
  }

  private MdsgenBench.Compared compare() {
    Check.that(sizes.size() == 1, "weights have one size; say which with --size");
    return MdsgenBench.compare(comparison, sizes.get(0), steps, !withoutGuidance, repeats);
  }
}
