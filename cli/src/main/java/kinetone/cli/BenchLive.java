package kinetone.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.concurrent.Callable;
import kinetone.bench.LiveBench;
import kinetone.checkpoint.Json;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code kinetone bench live}. */
@Command(
    name = "live",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "How far a server's sound is behind pictures that come at their own pace.",
      "",
      "Example, beside a running 'kinetone serve':",
      "  kinetone bench live --model mdsgen-scenes --seconds 300",
      ""
    })
final class BenchLive implements Callable<Integer> {
  @ParentCommand private BenchCommand parent;

  @Option(
      names = "--url",
      defaultValue = "http://127.0.0.1:7860",
      description = "Address of the server (${DEFAULT-VALUE}).")
  private URI url;

  @Option(
      names = "--model",
      defaultValue = "monl-scenes",
      description = "Name of the model there (${DEFAULT-VALUE}).")
  private String model;

  @Option(names = "--seconds", defaultValue = "60", description = "Of pictures (${DEFAULT-VALUE}).")
  @Within(min = 5, max = 600)
  private double seconds;

  @Option(names = "--seed", defaultValue = "1003", description = "World (${DEFAULT-VALUE}).")
  private long seed;

  @Mixin private OptionArguments sampling;

  @Override
  public Integer call() {
    return parent.measure("live", model, this::run);
  }

  private LiveBench.Report run() {
    ObjectNode request = Json.MAPPER.createObjectNode();
    request.put("model", model);
    request.put("task", "v2a");
    request.setAll(sampling.values().write());
    String key = System.getenv("KINETONE_API_KEY");
    if (key != null) {
      request.put("key", key);
    }
    try (ConsoleProgress progress = new ConsoleProgress("live", (long) seconds, "s")) {
      return LiveBench.run(url, request, seconds, seed, (phase, done, all) -> progress.at(done));
    }
  }
}
