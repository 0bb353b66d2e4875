package kinetone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kinetone.bench.CodecBench;
import kinetone.common.Check;
import kinetone.media.ClipFormat;
import kinetone.pipeline.ModelIndex;
import kinetone.scene.SceneGenerator;
import kinetone.scene.SceneMix;
import picocli.CommandLine.Command;
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

  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "A model or its folder (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--count", defaultValue = "64", description = "Scenes (${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--seed", defaultValue = "1001", description = "World (${DEFAULT-VALUE}).")
  private long seed;

  @Override
  public Integer call() {
    Check.atLeast("count", count, 1);
    return parent.measure("codec", model, this::run);
  }

  private CodecBench.Report run() {
    Path folder = ModelPath.resolve(model);
    ClipFormat format = ModelIndex.read(folder).format();
    return CodecBench.run(
        folder.resolve(ModelIndex.VIDEO_CODEC),
        folder.resolve(ModelIndex.AUDIO_CODEC),
        format,
        new SceneGenerator(format, SceneMix.all(), seed),
        count);
  }
}
