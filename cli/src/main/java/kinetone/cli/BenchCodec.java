package kinetone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kinetone.bench.CodecBench;
import kinetone.common.Check;
import kinetone.media.ClipFormat;
import kinetone.pipeline.ModelIndex;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench codec}. */
@Command(
    name = "codec",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = "How well a model's codecs give back scenes that they were not trained on.")
final class BenchCodec implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Mixin private ModelOption model;

  @Option(names = "--count", defaultValue = "64", description = "Scenes (${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int count;

  @Mixin private WorldOption world;

  @Override
  public Integer call() {
    Check.atLeast("count", count, 1);
    return parent.measure("codec", model.name(), this::run);
  }

  private CodecBench.Report run() {
    Path folder = model.folder();
    ClipFormat format = ModelIndex.read(folder).format();
    return CodecBench.run(
        folder.resolve("video_codec"),
        folder.resolve("audio_codec"),
        format,
        world.scenes(format, SceneMix.all()),
        count);
  }
}
