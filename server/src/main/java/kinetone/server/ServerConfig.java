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

  /** A server of {@code models} that keeps jobs and media in {@code data}; the rest is usual. */
  public static Builder of(List<Path> models, Path data) {
    return new Builder(models, data);
  }

  /** How a server runs, said by and by. */
  public static final class Builder {
    private final List<Path> models;
    private final Path data;
    private String host = "127.0.0.1";
    private int port;
    private Optional<String> database = Optional.empty();
    private Optional<String> databasePassword = Optional.empty();
    private Optional<Bucket> bucket = Optional.empty();
    private int queue = 32;
    private int workers = 1;
    private long memoryBytes = 4L << 30;
    private Duration timeToLive = Duration.ofDays(7);
    private Duration drain = Duration.ofSeconds(30);
    private Duration lease = USUAL_LEASE;
    private Supplier<Kinetone.Options> how = () -> Kinetone.Options.CPU;
    private Ceilings ceilings = Ceilings.USUAL;

    private Builder(List<Path> models, Path data) {
      this.models = List.copyOf(models);
      this.data = data;
    }

    /** Address that it listens at. */
    public Builder host(String host) {
      this.host = host;
      return this;
    }

    /** Port that it listens at; 0 takes one that is free. */
    public Builder port(int port) {
      this.port = port;
      return this;
    }

    /** URL of PostgreSQL in place of a database in the folder of data. */
    public Builder database(Optional<String> database) {
      this.database = database;
      return this;
    }

    /** For a URL that has none. */
    public Builder databasePassword(Optional<String> databasePassword) {
      this.databasePassword = databasePassword;
      return this;
    }

    /** Where media live, if not in the folder of data. */
    public Builder bucket(Optional<Bucket> bucket) {
      this.bucket = bucket;
      return this;
    }

    /** Most jobs that wait. */
    public Builder queue(int queue) {
      this.queue = queue;
      return this;
    }

    /** Threads that make clips; 0 leaves that to worker processes. */
    public Builder workers(int workers) {
      this.workers = workers;
      return this;
    }

    /** What loaded models may take. */
    public Builder memoryBytes(long memoryBytes) {
      this.memoryBytes = memoryBytes;
      return this;
    }

    /** Of results. */
    public Builder timeToLive(Duration timeToLive) {
      this.timeToLive = timeToLive;
      return this;
    }

    /** How long jobs in work may go on when the server ends. */
    public Builder drain(Duration drain) {
      this.drain = drain;
      return this;
    }

    /** How long a worker that says nothing is taken for alive. */
    public Builder lease(Duration lease) {
      this.lease = lease;
      return this;
    }

    /** How models are run, asked for when the first is loaded. */
    public Builder how(Supplier<Kinetone.Options> how) {
      this.how = how;
      return this;
    }

    /** Of what clients send. */
    public Builder ceilings(Ceilings ceilings) {
      this.ceilings = ceilings;
      return this;
    }

    /**
     * The configuration.
     *
     * @throws kinetone.common.KinetoneException for what is out of range
     */
    public ServerConfig build() {
      return new ServerConfig(
          host,
          port,
          models,
          data,
          database,
          databasePassword,
          bucket,
          queue,
          workers,
          memoryBytes,
          timeToLive,
          drain,
          lease,
          how,
          ceilings);
    }
  }
}
