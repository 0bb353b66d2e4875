package kinetone.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import kinetone.common.Check;
import kinetone.server.key.ApiKeys;
import kinetone.server.key.ApiKeys.ApiKey;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code kinetone keys}. */
@Command(
    name = "keys",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "The keys of a server: lists them, makes one, ends one. A running server notices.",
      "",
      "Only hashes are kept: a new key is printed once."
    })
final class KeysCommand implements Callable<Integer> {
  @Option(
      names = "--data",
      defaultValue = "kinetone-data",
      description = "Data folder of the server (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(names = "--add", paramLabel = "NAME", description = "Make a key of that name.")
  private String add;

  @Option(names = "--remove", paramLabel = "NAME", description = "End the key of that name.")
  private String remove;

  @Option(
      names = "--jobs",
      defaultValue = "100",
      description = "Most jobs of the new key that wait or are made (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1_000_000)
  private int jobs;

  @Option(
      names = "--requests-per-minute",
      defaultValue = "600",
      description = "Most requests of the new key (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 1_000_000)
  private int requests;

  @Override
  public Integer call() {
    Check.that(
        add == null || remove == null, "--add and --remove are two things; do one after the other");
    ApiKeys keys = new ApiKeys(data);
    if (add != null) {
      System.out.println(keys.add(add, jobs, requests));
    } else if (remove != null) {
      keys.remove(remove);
    } else {
      for (ApiKey key : keys.all()) {
        System.out.printf(
            "%s: at most %d jobs, %d requests a minute%n",
            key.name(), key.jobs(), key.requestsPerMinute());
      }
    }
    return 0;
  }
}
