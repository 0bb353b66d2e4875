package kinetone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kinetone.checkpoint.ComponentFolder;
import kinetone.checkpoint.convert.WeightsFiles;
import kinetone.common.InputFile;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.media.Limits;
import kinetone.media.MediaInfo;
import kinetone.media.MediaProbe;
import kinetone.pipeline.GenerativeSystem;
import kinetone.pipeline.ModelIndex;
import kinetone.pipeline.ModelParts;
import kinetone.pipeline.Option;
import kinetone.pipeline.Systems;
import kinetone.pipeline.TaskKind;
import kinetone.tensor.SafeTensors;
import kinetone.tensor.TensorFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code kinetone info}. */
@Command(
    name = "info",
    mixinStandardHelpOptions = true,
    description = {
      "Says what is in a model folder, a weights file or a media file.",
      "",
      "Examples:",
      "  kinetone info monl-scenes",
      "  kinetone info clip.mp4",
      "  kinetone info model.safetensors",
      ""
    })
final class InfoCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "MODEL|FILE",
      description = "Model folder or name, .safetensors or .pt file, or media file.")
  private String what;

  @Override
  public Integer call() {
    Path path = ModelPath.resolve(what);
    if (Files.isDirectory(path)) {
      model(path);
    } else if (WeightsFiles.isNamedSo(path) && Files.exists(path)) {
      weights(InputFile.require(path, "weights file"));
    } else if (Files.exists(path)) {
      media(path);
    } else {
      throw KinetoneException.user("%s is neither a file nor a model", path);
    }
    return 0;
  }

  private static void model(Path folder) {
    if (Files.isRegularFile(folder.resolve(ModelIndex.FILE))) {
      ModelIndex index = ModelIndex.read(folder);
      GenerativeSystem system = Systems.named(index.system());
      system.requireFit(ModelParts.of(system, folder), index);
      System.out.println(Printable.of(index.description()));
      System.out.println("system:   " + index.system() + " (" + system.summary() + ")");
      System.out.println(
          "tasks:    "
              + system.tasks().stream()
                  .sorted()
                  .map(TaskKind::label)
                  .collect(Collectors.joining(", ")));
      System.out.println(
          "options:  "
              + system.allOptions().stream().map(Option::name).collect(Collectors.joining(", ")));
      System.out.println("format:   " + index.format());
      System.out.println("defaults: " + index.defaults());
    }
    try (Stream<Path> files = Files.walk(folder, 3)) {
      for (Path component :
          files.filter(f -> Files.isRegularFile(f.resolve("config.json"))).sorted().toList()) {
        try (TensorFile weights = SafeTensors.open(component.resolve("model.safetensors"))) {
          Map<String, TensorFile.Entry> tensors = weights.groups().get(TensorFile.ROOT);
          System.out.printf(
              "%-12s %s, %,d numbers in %d tensors%n",
              component.equals(folder) ? "network" : folder.relativize(component),
              Printable.of(ComponentFolder.type(component)),
              tensors.values().stream().mapToLong(t -> TensorFile.elements(t.shape())).sum(),
              tensors.size());
        }
      }
    } catch (IOException e) {
      throw KinetoneException.user(e, "cannot read %s", folder);
    }
  }

  private static void weights(Path file) {
    try (TensorFile weights = WeightsFiles.open(file)) {
      weights
          .groups()
          .forEach(
              (group, tensors) -> {
                if (!group.equals(TensorFile.ROOT)) {
                  System.out.println(TensorFile.printable(group) + ":");
                }
                new TreeMap<>(tensors)
                    .forEach(
                        (name, tensor) ->
                            System.out.printf(
                                "%-60s %s %s%n",
                                TensorFile.printable(name),
                                tensor.type(),
                                java.util.Arrays.toString(tensor.shape())));
              });
    }
  }

  private static void media(Path file) {
    MediaInfo info = MediaProbe.probe(file, Limits.defaults());
    System.out.printf("%s, %.3f s%n", info.container(), info.seconds());
    info.video().ifPresent(track -> System.out.println("picture: " + track));
    info.audio().ifPresent(track -> System.out.println("sound:   " + track));
  }
}
