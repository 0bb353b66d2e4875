package kinetone.server;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.Javalin;
import io.javalin.config.JavalinConfig;
import io.javalin.config.SizeUnit;
import io.javalin.http.Context;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.pipeline.Kinetone;
import kinetone.server.api.Answers;
import kinetone.server.api.Ceilings;
import kinetone.server.api.ConnectorErrors;
import kinetone.server.api.Doors;
import kinetone.server.api.Errors;
import kinetone.server.api.LiveApi;
import kinetone.server.api.Metrics;
import kinetone.server.api.ModelsApi;
import kinetone.server.api.Page;
import kinetone.server.api.RootedPaths;
import kinetone.server.api.SlowestBody;
import kinetone.server.api.VideosApi;
import kinetone.server.job.Database;
import kinetone.server.job.JobStatus;
import kinetone.server.job.JobStore;
import kinetone.server.key.ApiKeys;
import kinetone.server.log.EventLog;
import kinetone.server.rating.RatingFolder;
import kinetone.server.store.MediaStore;
import kinetone.server.time.Ticker;
import kinetone.server.wall.ChildWall;
import kinetone.server.wall.MediaWall;
import kinetone.server.work.ModelCatalog;
import kinetone.server.work.ModelPool;
import kinetone.server.work.Workers;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Models over HTTP on one port. Jobs that were accepted before the process ended, in whatever way,
 * go on when it starts again.
 */
public final class KinetoneServer implements AutoCloseable {
  private static final int MOST_THREADS = 64;
  private static final int MOST_CONNECTIONS = 1024;
  private static final int IDLE_MILLIS = 30_000;
  private static final int SLOWEST_BYTES_PER_SECOND = 1024;
  private static final int LARGEST_PICTURE = 4 << 20;
  private static final int REQUESTS_AT_THE_WALL = 3;
  private static final Duration SWEEP = Duration.ofMinutes(1);

  private final ServerConfig config;
  private final EventLog log;
  private final Doors doors;
  private final Metrics metrics;
  private final Database database;
  private final MediaStore store;
  private final JobStore jobs;
  private final ModelPool pool;
  private final MediaWall wall;
  private final Optional<Workers> workers;
  private final VideosApi videos;
  private final LiveApi live;
  private final Javalin http;
  private final Ticker tidying;
  private final Optional<Ticker> recovery;
  private volatile boolean closing;

  /**
   * Starts a server; it answers when this returns.
   *
   * @throws KinetoneException when the port is taken, the data folder is another's, or a model
   *     cannot be served
   */
  public KinetoneServer(ServerConfig config, EventLog log) {
    this.config = config;
    this.log = log;
    doors = new Doors(config.host(), new ApiKeys(config.data()));
    metrics = new Metrics(log);
    ModelCatalog catalog = new ModelCatalog(config.models());
    store = config.openStore();
    database = Database.open(config.data(), config.database(), config.databasePassword());
    try {
      jobs = new JobStore(database, Clock.systemUTC(), config.queue(), config.timeToLive());
      boolean alone = config.database().isEmpty();
      jobs.recover(alone);
      if (alone) {
        store.sweepTemporary(Instant.now());
      }
      pool =
          new ModelPool(
              catalog,
              config.memoryBytes(),
              model -> Kinetone.load(model.folder(), config.how().get()));
      ChildWall child =
          new ChildWall(config.ceilings().media(), config.workers() + REQUESTS_AT_THE_WALL);
      wall = child;
      Ceilings ceilings = config.ceilings();
      workers =
          config.workers() == 0
              ? Optional.empty()
              : Optional.of(
                  new Workers(
                      jobs,
                      store,
                      catalog,
                      pool,
                      wall,
                      ceilings.media(),
                      log,
                      config.lease(),
                      config.workers()));
      videos =
          new VideosApi(
              jobs,
              store,
              new RatingFolder(config.data()),
              catalog,
              workers,
              wall,
              ceilings,
              () -> closing);
      live = new LiveApi(pool, catalog, doors, ceilings, log, () -> closing);
      http = Javalin.create(javalin -> configure(javalin, catalog));
      start();
      ready();
      child.startAhead();
      tidying = new Ticker("tidying", SWEEP, this::tidy);
      recovery =
          alone
              ? Optional.empty()
              : Optional.of(new Ticker("recovery", config.lease().dividedBy(3), this::recover));
    } catch (RuntimeException | Error e) {
      database.close();
      throw e;
    }
  }

  private void start() {
    try {
      http.start(config.host(), config.port());
    } catch (RuntimeException e) {
      workers.ifPresent(Workers::close);
      throw KinetoneException.resource(
          e,
          "%s:%d cannot be listened at (is the port taken?); choose another with --port",
          config.host(),
          config.port());
    }
  }

  private void ready() {
    ProcessHandle.current()
        .info()
        .startInstant()
        .ifPresent(
            start ->
                log.event(
                    "ready",
                    Map.of("seconds", Duration.between(start, Instant.now()).toMillis() / 1e3)));
  }

  private void configure(JavalinConfig javalin, ModelCatalog catalog) {
    javalin.startup.showJavalinBanner = false;
    javalin.http.maxRequestSize = config.ceilings().bodyBytes();
    javalin.jetty.multipartConfig.cacheDirectory(store.temporaryFolder().toString());
    javalin.jetty.multipartConfig.maxInMemoryFileSize(64, SizeUnit.KB);
    long files = config.ceilings().media().fileBytes();
    javalin.jetty.multipartConfig.maxFileSize(files, SizeUnit.BYTES);
    javalin.jetty.multipartConfig.maxTotalRequestSize(
        2 * files + config.ceilings().bodyBytes(), SizeUnit.BYTES);
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, 4);
    threads.setName("http");
    threads.setDaemon(true);
    javalin.jetty.threadPool = threads;
    javalin.jetty.modifyHttpConfiguration(
        http -> {
          http.setSendServerVersion(false);
          http.setIdleTimeout(IDLE_MILLIS);
          http.setRequestHeaderSize(16 << 10);
        });
    javalin.jetty.modifyServer(
        server -> {
          server.setErrorHandler(new ConnectorErrors());
          server.insertHandler(new RootedPaths());
          server.insertHandler(new SlowestBody(SLOWEST_BYTES_PER_SECOND));
          server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, server));
        });
    javalin.jetty.modifyWebSocketServletFactory(
        sockets -> {
          sockets.setMaxBinaryMessageSize(LARGEST_PICTURE);
          sockets.setIdleTimeout(Duration.ofMillis(IDLE_MILLIS));
        });
    doors.addTo(javalin.routes);
    metrics.addTo(javalin);
    metrics.gauge("kinetone.jobs.queued", "jobs that wait", () -> jobs.count(JobStatus.QUEUED));
    metrics.gauge(
        "kinetone.jobs.in.progress", "jobs in work", () -> jobs.count(JobStatus.IN_PROGRESS));
    metrics.gauge(
        "kinetone.jobs.finished",
        "jobs that ended in this process",
        () -> workers.map(Workers::finished).orElse(0L));
    metrics.gauge("kinetone.models.loaded", "models in memory", () -> pool.loaded().size());
    Page.addTo(javalin.routes);
    javalin.routes.get("/health", context -> Answers.json(context, status("ok")));
    javalin.routes.get("/ready", this::answerReady);
    new ModelsApi(catalog).addTo(javalin.routes);
    videos.addTo(javalin.routes);
    live.addTo(javalin.routes);
    new Errors(store, log).addTo(javalin);
  }

  private static ObjectNode status(String status) {
    return Json.MAPPER.createObjectNode().put("status", status);
  }

  private void answerReady(Context context) {
    boolean answers = !closing && database.answers();
    context.status(answers ? 200 : 503);
    Answers.json(context, status(answers ? "ready" : closing ? "closing" : "database away"));
  }

  private void tidy() {
    try {
      jobs.expire();
      store.sweep(jobs::unreferenced);
    } catch (RuntimeException e) {
      log.fault("tidying", e);
    }
  }

  private void recover() {
    try {
      jobs.recover(false);
    } catch (RuntimeException e) {
      log.fault("database_away", e);
    }
  }

  /** The port that it listens at. */
  public int port() {
    return http.port();
  }

  /** The address that people open. */
  public String address() {
    String host = config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host();
    return "http://" + host + ":" + port();
  }

  /**
   * Ends: no more jobs are accepted, those in work get their time, and go back to the queue if it
   * is not enough.
   */
  @Override
  public void close() {
    closing = true;
    tidying.close();
    recovery.ifPresent(Ticker::close);
    live.close();
    workers.ifPresent(w -> w.drain(config.drain()));
    videos.close();
    http.stop();
    workers.ifPresent(Workers::close);
    pool.close();
    wall.close();
    database.close();
    store.close();
  }
}
