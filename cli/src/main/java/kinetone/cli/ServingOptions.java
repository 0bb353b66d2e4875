package kinetone.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import kinetone.common.Check;
import kinetone.common.KinetoneException;
import kinetone.pipeline.Kinetone;
import kinetone.pipeline.ModelIndex;
import kinetone.server.ServerConfig;
import kinetone.server.store.Bucket;
import kinetone.tensor.Engine;
import org.bytedeco.pytorch.Device;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What servers and workers have in common. */
final class ServingOptions {
  private static final double GIB = 1L << 30;

  @Option(
      names = "--models",
      split = ",",
      description =
          "Model folders, or names of shipped models, separated by commas; the first is the one"
              + " that requests mean that name none (default: all shipped ones).")
  private List<String> models;

  @Option(
      names = "--data",
      defaultValue = "kinetone-data",
      description = "Folder of jobs and media (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--database",
      paramLabel = "URL",
      description =
          "jdbc:postgresql://HOST/NAME?user=USER for several processes, whose --data is one folder"
              + " that all of them see, or whose --media is one bucket; the password is"
              + " KINETONE_DATABASE_PASSWORD in the environment (default: a database in the data"
              + " folder).")
  private String database;

  @Option(
      names = "--media",
      paramLabel = "s3://BUCKET/PREFIX",
      description =
          "Bucket that uploads and results live in, used by this database alone; credentials and"
              + " region as Amazon's tools find them (default: the data folder).")
  private String media;

  @Option(
      names = "--s3-endpoint",
      paramLabel = "URL",
      description =
          "Where the bucket is, such as http://minio:9000, if not at Amazon (default: Amazon).")
  private String endpoint;

  @Option(
      names = "--workers",
      defaultValue = "1",
      description =
          "Clips that are made at once, with different models (default: ${DEFAULT-VALUE}).")
  @Within(min = 0, max = 64)
  private int workers;

  @Option(
      names = "--memory",
      paramLabel = "GiB",
      defaultValue = "4",
      description =
          "Memory for loaded models (default: ${DEFAULT-VALUE}); those unused longest are unloaded"
              + " where another needs the room.")
  @Within(min = 0.1, max = 4096)
  private double memory;

  @Option(
      names = "--drain",
      paramLabel = "SECONDS",
      defaultValue = "30",
      description =
          "How long jobs in work may go on when this ends (default: ${DEFAULT-VALUE}); the rest is"
              + " made at the next start.")
  @Within(min = 0, max = 86_400)
  private double drain;

  @Mixin private DeviceOption device;

  @Mixin private PrecisionOption precision;

  @Option(names = "--threads", description = "CPU threads of one operation.")
  @Within(min = 1, max = 1024)
  private Integer threads;

  private Kinetone.Options how;

  /** What these options say of a server or a worker. */
  ServerConfig.Builder config() {
    return ServerConfig.of(folders(), data)
        .database(Optional.ofNullable(database))
        .databasePassword(Optional.ofNullable(System.getenv("KINETONE_DATABASE_PASSWORD")))
        .bucket(bucket())
        .workers(workers)
        .memoryBytes((long) (memory * GIB))
        .drain(Duration.ofMillis((long) (drain * 1000)))
        .how(this::how);
  }

  private Optional<Bucket> bucket() {
    Check.that(
        media != null || endpoint == null,
        "--s3-endpoint is of no use without --media s3://BUCKET");
    return Optional.ofNullable(media).map(address -> Bucket.of(address, endpoint));
  }

  private Kinetone.Options start() {
    if (threads != null) {
      Engine.setThreads(threads);
    }
    try (Device there = device.device()) {
      return device.options(precision.precision());
    }
  }

  /**
   * How models are run; the engine is started when this is asked for first, which takes as long as
   * all that a server needs to answer.
   *
   * @throws KinetoneException when the device is not there
   */
  synchronized Kinetone.Options how() {
    if (how == null) {
      how = start();
    }
    return how;
  }

  /** The names of the models, for people. */
  String names(ServerConfig config) {
    return config.models().stream()
        .map(folder -> folder.toAbsolutePath().normalize().getFileName().toString())
        .collect(Collectors.joining(", "));
  }

  private List<Path> folders() {
    if (models != null) {
      return models.stream().map(ModelPath::resolve).toList();
    }
    String home = System.getenv("KINETONE_HOME");
    Check.that(home != null, "no model is to be served; give --models");
    Path shipped = Path.of(home, "models");
    try (Stream<Path> folders = Files.list(shipped)) {
      // The one that can do most comes first.
      return folders
          .filter(folder -> Files.exists(folder.resolve(ModelIndex.FILE)))
          .sorted(
              (a, b) ->
                  Boolean.compare(isFirst(b), isFirst(a)) * 2 + Integer.signum(a.compareTo(b)))
          .toList();
    } catch (IOException e) {
      throw KinetoneException.user(
          e, "the shipped models in %s cannot be listed; give --models", shipped);
    }
  }

  private static boolean isFirst(Path folder) {
    return folder.endsWith("monl-scenes");
  }
}
