package kinetone.server;

import java.time.Clock;
import kinetone.common.Check;
import kinetone.pipeline.Kinetone;
import kinetone.server.job.Database;
import kinetone.server.job.JobStore;
import kinetone.server.log.EventLog;
import kinetone.server.store.MediaStore;
import kinetone.server.time.Ticker;
import kinetone.server.wall.ChildWall;
import kinetone.server.wall.MediaWall;
import kinetone.server.work.ModelCatalog;
import kinetone.server.work.ModelPool;
import kinetone.server.work.Workers;

/**
 * A process that makes clips for servers, on this machine or others: they share one PostgreSQL, and
 * one data folder or one bucket. When it dies, what it had goes to others.
 */
public final class WorkerProcess implements AutoCloseable {
  private final ServerConfig config;
  private final MediaStore store;
  private final Database database;
  private final ModelPool pool;
  private final MediaWall wall;
  private final Workers workers;
  private final Ticker recovery;

  /**
   * Starts.
   *
   * @param config of which addresses and the queue are left aside
   */
  public WorkerProcess(ServerConfig config, EventLog log) {
    this.config = config;
    Check.that(
        config.database().isPresent(),
        "a worker shares a database with servers: give --database jdbc:postgresql://HOST/NAME");
    Check.that(config.workers() > 0, "a worker has at least one thread: give --workers");
    ModelCatalog catalog = new ModelCatalog(config.models());
    store = config.openStore();
    database = Database.open(config.data(), config.database(), config.databasePassword());
    JobStore jobs = new JobStore(database, Clock.systemUTC(), config.queue(), config.timeToLive());
    pool =
        new ModelPool(
            catalog,
            config.memoryBytes(),
            model -> Kinetone.load(model.folder(), config.how().get()));
    ChildWall child = new ChildWall(config.ceilings().media(), config.workers());
    child.startAhead();
    wall = child;
    workers =
        new Workers(
            jobs,
            store,
            catalog,
            pool,
            wall,
            config.ceilings().media(),
            log,
            config.lease(),
            config.workers());
    recovery =
        new Ticker(
            "recovery",
            config.lease().dividedBy(3),
            () -> {
              try {
                jobs.recover(false);
              } catch (RuntimeException e) {
                log.fault("database_away", e);
              }
            });
  }

  @Override
  public void close() {
    recovery.close();
    workers.drain(config.drain());
    workers.close();
    pool.close();
    wall.close();
    database.close();
    store.close();
  }
}
