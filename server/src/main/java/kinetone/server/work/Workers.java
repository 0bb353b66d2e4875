package kinetone.server.work;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import kinetone.common.Exhaustion;
import kinetone.common.KinetoneException;
import kinetone.pipeline.Cancellation;
import kinetone.server.job.Claim;
import kinetone.server.job.Job;
import kinetone.server.job.JobStore;
import kinetone.server.log.EventLog;
import kinetone.server.store.MediaStore;
import kinetone.server.store.StoreAwayException;
import kinetone.server.time.Ticker;
import kinetone.server.wall.Bounds;
import kinetone.server.wall.MediaWall;

/** The threads of this process that take jobs and do them. */
public final class Workers implements AutoCloseable {
  private static final long REPORT_NANOS = 100_000_000;
  private static final long POLL_MILLIS = 250;
  private static final long STEP_MILLIS = 15_000;
  private static final long STORING_PATIENCE_MILLIS = 600_000;

  private final JobStore jobs;
  private final MediaStore store;
  private final ModelCatalog catalog;
  private final ModelPool pool;
  private final JobRunner runner;
  private final EventLog log;
  private final Duration lease;
  private final String name = "worker_" + UUID.randomUUID();
  private final List<Thread> threads = new ArrayList<>();
  private final Map<String, Running> running = new ConcurrentHashMap<>();
  private final Ticker clock;
  private final Object wake = new Object();
  private final AtomicLong finished = new AtomicLong();
  private volatile boolean draining;
  private volatile boolean impatient;

  /** A job in work. */
  private static final class Running {
    private final Claim claim;
    private final Cancellation cancellation = new Cancellation();
    private volatile boolean givenBack;

    Running(Claim claim) {
      this.claim = claim;
    }

    void giveBack() {
      givenBack = true;
      cancellation.cancel();
    }
  }

  /**
   * Starts {@code count} threads.
   *
   * @param wall behind which media are worked on
   * @param lease how long this process has a job without saying more
   */
  public Workers(
      JobStore jobs,
      MediaStore store,
      ModelCatalog catalog,
      ModelPool pool,
      MediaWall wall,
      Bounds bounds,
      EventLog log,
      Duration lease,
      int count) {
    this.jobs = jobs;
    this.store = store;
    this.catalog = catalog;
    this.pool = pool;
    this.runner = new JobRunner(store, wall, bounds);
    this.log = log;
    this.lease = lease;
    clock = new Ticker("worker-clock", lease.dividedBy(5), this::renew);
    for (int i = 0; i < count; i++) {
      Thread thread = new Thread(this::work, "worker-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  /** Says that there may be something to do. */
  public void wake() {
    synchronized (wake) {
      wake.notifyAll();
    }
  }

  /** Ends a job that this process works on, within one step; others hear it from the database. */
  public void cancel(String id) {
    Running job = running.get(id);
    if (job != null) {
      job.cancellation.cancel();
    }
  }

  /** Jobs in work here. */
  public int busy() {
    return running.size();
  }

  /** Jobs that ended here, with or without result. */
  public long finished() {
    return finished.get();
  }

  private void renew() {
    for (Running job : running.values()) {
      try {
        if (!jobs.renew(job.claim, lease)) {
          job.cancellation.cancel();
        }
      } catch (RuntimeException e) {
        // The database is away; what is being made may still be wanted when it is back.
        log.fault("database_away", e);
      }
    }
  }

  private void work() {
    while (!draining) {
      try {
        if (!step()) {
          synchronized (wake) {
            wake.wait(POLL_MILLIS);
          }
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        log.fault("worker", e);
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean step() {
    Optional<Claim> claim = jobs.claim(name, pool.available(), lease);
    if (claim.isEmpty()) {
      return false;
    }
    Running job = new Running(claim.get());
    running.put(claim.get().job().id(), job);
    if (impatient) {
      // Taken while those in work were already being told to end.
      job.giveBack();
    }
    try {
      Optional<ModelPool.Lease> reserved = pool.reserve(claim.get().job().asked().model());
      if (reserved.isEmpty()) {
        // Another thread was faster.
        jobs.release(claim.get());
        return false;
      }
      try (ModelPool.Lease model = reserved.get()) {
        perform(job, model);
      }
    } finally {
      running.remove(claim.get().job().id());
      finished.incrementAndGet();
      wake();
    }
    return true;
  }

  private void perform(Running running, ModelPool.Lease reserved) {
    Claim claim = running.claim;
    Job job = claim.job();
    long start = System.nanoTime();
    String outcome;
    try {
      LoadedModel model = reserved.model();
      List<Job.Result> results =
          runner.run(
              job,
              model,
              catalog.find(job.asked().model()).orElseThrow().index(),
              new Reporter(running),
              running.cancellation);
      outcome = settle(() -> jobs.complete(claim, results)) ? "completed" : "lost";
    } catch (CancellationException e) {
      if (running.givenBack) {
        jobs.release(claim);
        outcome = "given_back";
      } else {
        outcome = settle(() -> jobs.cancelled(claim)) ? "cancelled" : "lost";
      }
    } catch (StoreAwayException e) {
      // Nothing of the job's: it is made when the media are back.
      log.fault("store_away", e);
      jobs.release(claim);
      outcome = "given_back";
      pause();
    } catch (KinetoneException e) {
      Job.Failure failure = Failures.of(e, store);
      outcome = settle(() -> jobs.fail(claim, failure)) ? "failed" : "lost";
      if (e.kind() != KinetoneException.Kind.USER) {
        log.fault("job", e);
      }
    } catch (RuntimeException | Error e) {
      log.fault("job", e);
      Job.Failure failure =
          new Job.Failure(
              "server_error",
              Exhaustion.isCauseOf(e)
                  ? "what is asked for is more than the memory of the server holds; ask for less"
                  : "a fault of the server; its log says more");
      outcome = settle(() -> jobs.fail(claim, failure)) ? "failed" : "lost";
    }
    log.event(
        "job",
        Map.of(
            "id", job.id(),
            "model", job.asked().model(),
            "task", job.asked().task(),
            "variants", job.asked().variants(),
            "outcome", outcome,
            "attempt", job.attempts(),
            "seconds", (System.nanoTime() - start) / 1e9));
  }

  /** Tells the database, for as long as it takes until it is back. */
  private boolean settle(BooleanSupplier end) {
    long until = System.currentTimeMillis() + STORING_PATIENCE_MILLIS;
    while (true) {
      try {
        return end.getAsBoolean();
      } catch (RuntimeException e) {
        if (System.currentTimeMillis() > until) {
          throw e;
        }
        log.fault("database_away", e);
        pause();
      }
    }
  }

  /** Tells how far a job is, not too often, and hears whether it shall end. */
  private final class Reporter implements JobRunner.Listener {
    private final Running running;
    private long last;
    private int percent = -1;

    Reporter(Running running) {
      this.running = running;
    }

    @Override
    public void progress(String phase, double done) {
      int now = (int) Math.min(99, Math.max(0, Math.floor(100 * done)));
      long time = System.nanoTime();
      if (percent >= 0 && time - last < REPORT_NANOS) {
        return;
      }
      last = time;
      percent = Math.max(percent, now);
      try {
        if (!jobs.progress(running.claim, percent, phase, lease)) {
          running.cancellation.cancel();
        }
      } catch (RuntimeException e) {
        log.fault("database_away", e);
      }
      if (running.cancellation.isCancelled()) {
        throw new CancellationException("the job was cancelled");
      }
    }
  }

  /**
   * Takes no more jobs, and waits until those in work have ended; those that take longer than
   * {@code patience} go back to the queue.
   */
  public void drain(Duration patience) {
    draining = true;
    wake();
    long until = System.nanoTime() + patience.toNanos();
    try {
      for (Thread thread : threads) {
        long left = Math.max(1, (until - System.nanoTime()) / 1_000_000);
        thread.join(left);
      }
      impatient = true;
      for (Running job : running.values()) {
        job.giveBack();
      }
      for (Thread thread : threads) {
        thread.join(STEP_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    drain(Duration.ZERO);
    clock.close();
  }
}
