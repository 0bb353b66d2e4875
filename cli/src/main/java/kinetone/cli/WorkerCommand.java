package kinetone.cli;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import kinetone.server.ServerConfig;
import kinetone.server.WorkerProcess;
import kinetone.server.log.EventLog;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code kinetone worker}. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Makes clips for servers that share a PostgreSQL and a data folder with it.",
      "",
      "Example:",
      "  kinetone worker --database jdbc:postgresql://db/kinetone --data /shared",
      ""
    })
final class WorkerCommand implements Callable<Integer> {
  @Mixin private ServingOptions serving;

  @Option(
      names = "--ttl",
      paramLabel = "HOURS",
      defaultValue = "168",
      description = "How long results are kept (default: ${DEFAULT-VALUE}, a week).")
  @Within(min = 0.01, max = 87_600)
  private double ttl;

  @Override
  public Integer call() throws InterruptedException {
    Duration keep = Duration.ofMillis((long) (ttl * 3_600_000));
    ServerConfig config = serving.config().timeToLive(keep).build();
    serving.how();
    CountDownLatch ended = new CountDownLatch(1);
    WorkerProcess worker = new WorkerProcess(config, new EventLog(System.err));
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  worker.close();
                  ended.countDown();
                },
                "shutdown"));
    System.out.printf("kinetone: working with %s%n", serving.names(config));
    System.out.flush();
    ended.await();
    return 0;
  }
}
