package kinetone.server.job;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;

/**
 * The jobs. Everything that is said to have happened is in the database when a method returns.
 * Several servers and workers may use one database: jobs are taken with {@code FOR UPDATE SKIP
 * LOCKED}, and given back when the lease of who has them runs out.
 */
public final class JobStore {
  /** Processes that may end while they work on a job, before it is taken for the reason. */
  public static final int MOST_ATTEMPTS = 100;

  /** Processes that end while they work on a job, after which it waits behind all others. */
  private static final int SUSPECT_ATTEMPTS = 5;

  private final Jdbi jdbi;
  private final Clock clock;
  private final int queueLimit;
  private final Duration timeToLive;

  /**
   * The jobs of {@code database}.
   *
   * @param queueLimit most jobs that wait
   * @param timeToLive of jobs that have ended
   */
  public JobStore(Database database, Clock clock, int queueLimit, Duration timeToLive) {
    this.jdbi = database.jdbi();
    this.clock = clock;
    this.queueLimit = queueLimit;
    this.timeToLive = timeToLive;
  }

  /**
   * What came of asking.
   *
   * @param job the job
   * @param created false where the same was asked for before, with the same idempotency key
   */
  public record Accepted(Job job, boolean created) {}

  /**
   * Accepts a job, once for one idempotency key.
   *
   * @param ownerLimit most jobs of one owner that wait or are made
   * @throws QueueFullException when too many wait
   * @throws KeyReusedException when the key stands for another request
   */
  public Accepted submit(NewJob asked, int ownerLimit) {
    return jdbi.inTransaction(
        handle -> {
          handle
              .createQuery("SELECT id FROM queue_gate WHERE id = 1 FOR UPDATE")
              .mapTo(int.class)
              .one();
          Optional<Job> before =
              asked.idempotencyKey().flatMap(key -> withKey(handle, asked.owner(), key));
          if (before.isPresent()) {
            if (!before.get().asked().fingerprint().equals(asked.fingerprint())) {
              throw new KeyReusedException();
            }
            return new Accepted(before.get(), false);
          }
          if (count(handle, "status = 'queued'", Map.of()) >= queueLimit) {
            throw new QueueFullException(queueLimit);
          }
          int ofOwner =
              count(
                  handle,
                  "owner = :owner AND status IN ('queued', 'in_progress')",
                  Map.of("owner", asked.owner()));
          if (ofOwner >= ownerLimit) {
            throw new QueueFullException(ownerLimit);
          }
          String id = insert(handle, asked);
          return new Accepted(find(handle, id).orElseThrow(), true);
        });
  }

  private static Optional<Job> withKey(Handle handle, String owner, String key) {
    return handle
        .createQuery("SELECT id FROM job WHERE owner = :owner AND idempotency_key = :key")
        .bind("owner", owner)
        .bind("key", key)
        .mapTo(String.class)
        .findOne()
        .flatMap(id -> find(handle, id));
  }

  private static int count(Handle handle, String where, Map<String, ?> values) {
    return handle
        .createQuery("SELECT COUNT(*) FROM job WHERE " + where)
        .bindMap(values)
        .mapTo(int.class)
        .one();
  }

  private String insert(Handle handle, NewJob asked) {
    String id = "video_" + UUID.randomUUID().toString().replace("-", "");
    handle
        .createUpdate(
            "INSERT INTO job (id, owner, status, model, task, request, variants, video, audio,"
                + " remixed_from, idempotency_key, fingerprint, progress, phase, cancel, attempts,"
                + " created_at) VALUES (:id, :owner, 'queued', :model, :task, :request, :variants,"
                + " :video, :audio, :remixed, :key, :fingerprint, 0, 'queued', FALSE, 0, :now)")
        .bind("id", id)
        .bind("owner", asked.owner())
        .bind("model", asked.model())
        .bind("task", asked.task())
        .bind("request", asked.request())
        .bind("variants", asked.variants())
        .bind("video", asked.video().orElse(null))
        .bind("audio", asked.audio().orElse(null))
        .bind("remixed", asked.remixedFrom().orElse(null))
        .bind("key", asked.idempotencyKey().orElse(null))
        .bind("fingerprint", asked.fingerprint())
        .bind("now", clock.millis())
        .execute();
    return id;
  }

  /** The job {@code id} of {@code owner}. */
  public Optional<Job> find(String id, String owner) {
    return jdbi.withHandle(handle -> find(handle, id)).filter(j -> j.asked().owner().equals(owner));
  }

  private static Optional<Job> find(Handle handle, String id) {
    Query query = handle.createQuery("SELECT * FROM job WHERE id = :id").bind("id", id);
    return JobRows.read(handle, query).stream().findFirst();
  }

  /**
   * Some jobs of {@code owner}, by order of acceptance.
   *
   * @param after the job that the ones before ended with
   * @param newestFirst or the oldest
   */
  public List<Job> list(String owner, Optional<Job> after, int limit, boolean newestFirst) {
    String beyond = newestFirst ? "sequence < :after" : "sequence > :after";
    return jdbi.withHandle(
        handle ->
            JobRows.read(
                handle,
                handle
                    .createQuery(
                        "SELECT * FROM job WHERE owner = :owner AND "
                            + (after.isPresent() ? beyond : ":after = :after")
                            + " ORDER BY sequence "
                            + (newestFirst ? "DESC" : "ASC")
                            + " LIMIT :limit")
                    .bind("owner", owner)
                    .bind("after", after.map(Job::sequence).orElse(0L))
                    .bind("limit", limit)));
  }

  /** How many jobs are before this one in the queue. */
  public int before(Job job) {
    return jdbi.withHandle(
        handle ->
            count(
                handle,
                "status = 'queued' AND sequence < :sequence",
                Map.of("sequence", job.sequence())));
  }

  /** How many jobs have this status. */
  public int count(JobStatus status) {
    return jdbi.withHandle(
        handle -> count(handle, "status = :status", Map.of("status", status.label())));
  }

  /**
   * Takes the job that waits longest; one that process after process ended with comes last, so that
   * it keeps no other from being made.
   *
   * @param models that the worker can use now; jobs of others are left
   * @param lease how long the worker has it without saying more
   */
  public Optional<Claim> claim(String worker, Collection<String> models, Duration lease) {
    if (models.isEmpty()) {
      return Optional.empty();
    }
    return jdbi.inTransaction(
        handle -> {
          Optional<String> id =
              handle
                  .createQuery(
                      "SELECT id FROM job WHERE status = 'queued' AND model IN (<models>)"
                          + " ORDER BY CASE WHEN attempts < :suspect THEN 0 ELSE 1 END, sequence"
                          + " LIMIT 1 FOR UPDATE SKIP LOCKED")
                  .bind("suspect", SUSPECT_ATTEMPTS)
                  .bindList("models", List.copyOf(models))
                  .mapTo(String.class)
                  .findOne();
          if (id.isEmpty()) {
            return Optional.empty();
          }
          long now = clock.millis();
          handle
              .createUpdate(
                  "UPDATE job SET status = 'in_progress', worker = :worker, lease_until = :until,"
                      + " attempts = attempts + 1, started_at = :now, progress = 0, phase ="
                      + " 'starting' WHERE id = :id")
              .bind("worker", worker)
              .bind("until", now + lease.toMillis())
              .bind("now", now)
              .bind("id", id.get())
              .execute();
          return find(handle, id.get()).map(job -> new Claim(job, worker));
        });
  }

  private static final String HELD =
      " WHERE id = :id AND worker = :worker AND attempts = :attempts AND status = 'in_progress'";

  private static Map<String, Object> held(Claim claim) {
    return Map.of(
        "id", claim.job().id(), "worker", claim.worker(), "attempts", claim.job().attempts());
  }

  /**
   * Says how far a job is, and that its worker lives.
   *
   * @return whether to go on: the claim holds and nobody wants the job to end
   */
  public boolean progress(Claim claim, int percent, String phase, Duration lease) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "UPDATE job SET progress = :progress, phase = :phase, lease_until = :until"
                            + HELD
                            + " AND cancel = FALSE")
                    .bindMap(held(claim))
                    .bind("progress", percent)
                    .bind("phase", phase)
                    .bind("until", clock.millis() + lease.toMillis())
                    .execute()
                == 1);
  }

  /** Says that the worker lives; false when the job shall end or is another's. */
  public boolean renew(Claim claim, Duration lease) {
    return jdbi.withHandle(
        handle ->
            handle
                    .createUpdate(
                        "UPDATE job SET lease_until = :until" + HELD + " AND cancel = FALSE")
                    .bindMap(held(claim))
                    .bind("until", clock.millis() + lease.toMillis())
                    .execute()
                == 1);
  }

  /** Ends a job with its results; false when the claim holds no longer. */
  public boolean complete(Claim claim, List<Job.Result> results) {
    return jdbi.inTransaction(
        handle -> {
          if (!end(handle, claim, JobStatus.COMPLETED, Optional.empty())) {
            return false;
          }
          results.forEach(result -> JobRows.write(handle, claim.job().id(), result));
          return true;
        });
  }

  /** Ends a job without a result; false when the claim holds no longer. */
  public boolean fail(Claim claim, Job.Failure failure) {
    return jdbi.withHandle(handle -> end(handle, claim, JobStatus.FAILED, Optional.of(failure)));
  }

  /** Ends a job that somebody did not want any more. */
  public boolean cancelled(Claim claim) {
    return jdbi.withHandle(handle -> end(handle, claim, JobStatus.CANCELLED, Optional.empty()));
  }

  private boolean end(Handle handle, Claim claim, JobStatus status, Optional<Job.Failure> failure) {
    long now = clock.millis();
    return handle
            .createUpdate(
                "UPDATE job SET status = :status, progress = CASE WHEN :status = 'completed' THEN"
                    + " 100 ELSE progress END, phase = :status, worker = NULL, lease_until = NULL,"
                    + " completed_at = :now, expires_at = :expires, error_code = :code,"
                    + " error_message = :message"
                    + HELD)
            .bindMap(held(claim))
            .bind("status", status.label())
            .bind("now", now)
            .bind("expires", now + timeToLive.toMillis())
            .bind("code", failure.map(Job.Failure::code).orElse(null))
            .bind("message", failure.map(f -> cut(f.message())).orElse(null))
            .execute()
        == 1;
  }

  private static String cut(String message) {
    return message.length() > 4000 ? message.substring(0, 4000) : message;
  }

  /** Gives a job back to the queue, at its old place; it was not the job's fault. */
  public void release(Claim claim) {
    jdbi.useHandle(
        handle ->
            handle
                .createUpdate(
                    "UPDATE job SET status = 'queued', phase = 'queued', progress = 0, worker ="
                        + " NULL, lease_until = NULL, attempts = attempts - 1"
                        + HELD)
                .bindMap(held(claim))
                .execute());
  }

  /**
   * Gives back what workers have that live no longer.
   *
   * @param all of all workers, whatever their leases: nobody else uses this database
   * @return how many jobs
   */
  public int recover(boolean all) {
    return jdbi.inTransaction(
        handle -> {
          long now = clock.millis();
          String lost =
              " WHERE status = 'in_progress' AND " + (all ? ":now = :now" : "lease_until < :now");
          handle
              .createUpdate(
                  "UPDATE job SET status = 'cancelled', phase = 'cancelled', completed_at = :now,"
                      + " expires_at = :expires, worker = NULL, lease_until = NULL"
                      + lost
                      + " AND cancel = TRUE")
              .bind("now", now)
              .bind("expires", now + timeToLive.toMillis())
              .execute();
          handle
              .createUpdate(
                  "UPDATE job SET status = 'failed', phase = 'failed', completed_at = :now,"
                      + " expires_at = :expires, worker = NULL, lease_until = NULL, error_code ="
                      + " 'server_error', error_message = 'the process that made this clip ended"
                      + " each of the times it was tried'"
                      + lost
                      + " AND attempts >= :most")
              .bind("now", now)
              .bind("expires", now + timeToLive.toMillis())
              .bind("most", MOST_ATTEMPTS)
              .execute();
          return handle
              .createUpdate(
                  "UPDATE job SET status = 'queued', phase = 'queued', progress = 0, worker = NULL,"
                      + " lease_until = NULL"
                      + lost)
              .bind("now", now)
              .execute();
        });
  }

  /** Asks for the end of a job: one that waits ends at once, one in work within a step. */
  public void cancel(String id) {
    jdbi.useTransaction(
        handle -> {
          long now = clock.millis();
          handle
              .createUpdate(
                  "UPDATE job SET status = 'cancelled', phase = 'cancelled', cancel = TRUE,"
                      + " completed_at = :now, expires_at = :expires WHERE id = :id AND status ="
                      + " 'queued'")
              .bind("id", id)
              .bind("now", now)
              .bind("expires", now + timeToLive.toMillis())
              .execute();
          handle
              .createUpdate(
                  "UPDATE job SET cancel = TRUE WHERE id = :id AND status = 'in_progress'")
              .bind("id", id)
              .execute();
        });
  }

  /** Forgets a job; who works on it notices within a step. */
  public void delete(String id) {
    jdbi.useHandle(
        handle -> handle.createUpdate("DELETE FROM job WHERE id = :id").bind("id", id).execute());
  }

  /** Forgets jobs whose time is over; returns how many. */
  public int expire() {
    return jdbi.withHandle(
        handle ->
            handle
                .createUpdate("DELETE FROM job WHERE expires_at IS NOT NULL AND expires_at < :now")
                .bind("now", clock.millis())
                .execute());
  }

  /** Those of {@code hashes} that no job has. */
  public Set<String> unreferenced(Set<String> hashes) {
    if (hashes.isEmpty()) {
      return Set.of();
    }
    return jdbi.withHandle(
        handle -> {
          Set<String> left = new HashSet<>(hashes);
          for (String column : List.of("job.video", "job.audio", "result.media", "result.sound")) {
            String[] parts = column.split("\\.", 2);
            handle
                .createQuery(
                    "SELECT DISTINCT "
                        + parts[1]
                        + " FROM "
                        + parts[0]
                        + " WHERE "
                        + parts[1]
                        + " IN (<hashes>)")
                .bindList("hashes", List.copyOf(hashes))
                .mapTo(String.class)
                .forEach(left::remove);
          }
          return left;
        });
  }
}
