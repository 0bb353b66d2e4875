package kinetone.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import kinetone.server.KinetoneServer;
import kinetone.server.ServerConfig;
import kinetone.server.api.Ceilings;
import kinetone.server.log.EventLog;
import kinetone.server.wall.Bounds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kinetone serve}. */
@Command(
    name = "serve",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Serves models over HTTP: a page for people, and the /v1/videos API for programs.",
      "",
      "Jobs and results live in the data folder: what was accepted is made, also when the server is"
          + " killed in between and started again. docs/serving.md tells more.",
      "",
      "Examples:",
      "  kinetone serve",
      "  kinetone serve --models monl-scenes,models/mine --port 8080 --data jobs",
      ""
    })
final class ServeCommand implements Callable<Integer> {
  @Option(
      names = "--host",
      defaultValue = "127.0.0.1",
      description = "Address to listen at (default: ${DEFAULT-VALUE}, this machine alone).")
  private String host;

  @Option(
      names = "--port",
      defaultValue = "7860",
      description = "Port to listen at; 0 takes a free one (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 65_535)
  private int port;

  @Mixin private ServingOptions serving;

  @Option(
      names = "--queue",
      defaultValue = "32",
      description = "Most jobs that wait; more are told to come again (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100_000)
  private int queue;

  @Option(
      names = "--max-upload",
      paramLabel = "MiB",
      defaultValue = "256",
      description = "Largest file that is taken (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 16_384)
  private int upload;

  @Option(
      names = "--max-seconds",
      defaultValue = "600",
      description = "Longest video or sound that is taken (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 14_400)
  private double seconds;

  @Option(
      names = "--max-variants",
      defaultValue = "8",
      description = "Most clips of one request (default: ${DEFAULT-VALUE}).")
  @Within(min = 1, max = 100)
  private int variants;

  @Option(
      names = "--ttl",
      paramLabel = "HOURS",
      defaultValue = "168",
      description = "How long results are kept (default: ${DEFAULT-VALUE}, a week).")
  @Within(min = 0.01, max = 87_600)
  private double ttl;

  @Override
  public Integer call() throws InterruptedException {
    Ceilings usual = Ceilings.USUAL;
    Bounds media = usual.media().with((long) upload << 20, seconds);
    Ceilings ceilings = usual.with(variants, media);
    Duration keep = Duration.ofMillis((long) (ttl * 3_600_000));
    ServerConfig config =
        serving
            .config()
            .host(host)
            .port(port)
            .queue(queue)
            .timeToLive(keep)
            .ceilings(ceilings)
            .build();
    CountDownLatch ended = new CountDownLatch(1);
    EventLog log = new EventLog(System.err);
    KinetoneServer server = new KinetoneServer(config, log);
    try {
      serving.how();
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  ended.countDown();
                },
                "shutdown"));
    System.out.printf("kinetone: serving %s at %s%n", serving.names(config), server.address());
    System.out.flush();
    ended.await();
    return 0;
  }
}
