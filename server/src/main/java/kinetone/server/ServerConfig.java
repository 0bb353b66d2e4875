package kinetone.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import kinetone.common.Check;
import kinetone.pipeline.Kinetone;
import kinetone.server.api.Ceilings;
import kinetone.server.store.Bucket;
import kinetone.server.store.MediaStore;
import kinetone.server.store.S3ObjectStore;

/**
 * How a server runs.
 *
 * @param host address that it listens at
 * @param port that it listens at; 0 takes one that is free
 * @param models folders
 * @param data folder of jobs and media
 * @param database URL of PostgreSQL; empty is a database in {@code data}
 * @param databasePassword where the URL has none
 * @param bucket where media live, if not in {@code data}
 * @param queue most jobs that wait
 * @param workers threads that make clips; 0 leaves that to worker processes
 * @param memoryBytes that loaded models may take
 * @param timeToLive of results
 * @param drain how long jobs in work may go on when the server ends
 * @param lease how long a worker that says nothing is taken for alive
 * @param how models are run, asked for when the first is loaded: the engine may start meanwhile
 * @param ceilings of what clients send
 */
public record ServerConfig(
    String host,
    int port,
    List<Path> models,
    Path data,
    Optional<String> database,
    Optional<String> databasePassword,
    Optional<Bucket> bucket,
    int queue,
    int workers,
    long memoryBytes,
    Duration timeToLive,
    Duration drain,
    Duration lease,
    Supplier<Kinetone.Options> how,
    Ceilings ceilings) {
  /** Workers say that they live five times as often. */
  public static final Duration USUAL_LEASE = Duration.ofSeconds(15);

  /** Checks the ranges. */
  public ServerConfig {
    Check.within("port", port, 0, 65_535);
    Check.within("queue", queue, 1, 100_000);
    Check.within("workers", workers, 0, 64);
    Check.that(memoryBytes > 0, "memory of models = %d, must be positive", memoryBytes);
    Check.that(!timeToLive.isNegative() && !timeToLive.isZero(), "time to live must be positive");
    Check.that(lease.toMillis() >= 500, "lease = %s, must be half a second at least", lease);
    models = List.copyOf(models);
  }

  /**
   * Opens what media are kept in.
   *
   * @throws kinetone.common.KinetoneException when the folder or the bucket cannot be used
   */
  MediaStore openStore() {
    return new MediaStore(data, bucket.map(S3ObjectStore::new));
  }
}
