package kinetone.cli;

import java.util.concurrent.Callable;
import kinetone.bench.SamplerBench;
import kinetone.pipeline.Pipeline;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench sampler}. */
@Command(
    name = "sampler",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "Seconds per sample and per step of DDIM and DPM-Solver++, guided and not.")
final class BenchSampler implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Mixin private DeviceOption device;

  @Option(
      names = "--num-inference-steps",
      defaultValue = "25",
      description = "Per sample (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1000)
  private int steps;

  @Option(names = "--guidance-scale", defaultValue = "2", description = "Scale (${DEFAULT-VALUE}).")
  @Within(min = 0, max = 100)
  private double guidance;

  @Option(names = "--samples", defaultValue = "3", description = "Of each (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int samples;

  @Mixin private WorldOption world;

  @Override
  public Integer call() {
    return parent.measure("sampler", model.name(), this::run);
  }

  private SamplerBench.Report run() {
    try (Pipeline pipeline = model.load(device)) {
      return SamplerBench.run(
          pipeline,
          world.scenes(pipeline.index().format(), SceneMix.impacts()).scene(0).clip(),
          steps,
          guidance,
          samples);
    }
  }
}
