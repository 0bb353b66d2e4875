package kinetone.server.job;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/** Rows of the tables {@code job} and {@code result} as records, and back. */
final class JobRows {
  private JobRows() {}

  /** The jobs of a query for all columns of {@code job}, in its order, each with its results. */
  static List<Job> read(Handle handle, Query query) {
    List<Job> bare = query.map((row, context) -> job(row)).list();
    if (bare.isEmpty()) {
      return bare;
    }
    Map<String, List<Job.Result>> results = new HashMap<>();
    handle
        .createQuery("SELECT * FROM result WHERE job IN (<ids>) ORDER BY job, number")
        .bindList("ids", bare.stream().map(Job::id).toList())
        .map(
            (row, context) ->
                Map.entry(
                    row.getString("job"),
                    new Job.Result(
                        row.getInt("number"),
                        row.getLong("seed"),
                        row.getString("media"),
                        row.getString("media_type"),
                        row.getLong("media_bytes"),
                        row.getString("sound"),
                        row.getDouble("seconds"))))
        .forEach(
            r -> results.computeIfAbsent(r.getKey(), k -> new ArrayList<>()).add(r.getValue()));
    return bare.stream().map(j -> withResults(j, results.getOrDefault(j.id(), List.of()))).toList();
  }

  private static Job withResults(Job job, List<Job.Result> results) {
    return new Job(
        job.id(),
        job.sequence(),
        job.asked(),
        job.status(),
        job.progress(),
        job.phase(),
        job.cancel(),
        job.attempts(),
        job.failure(),
        job.createdAt(),
        job.startedAt(),
        job.completedAt(),
        job.expiresAt(),
        List.copyOf(results));
  }

  private static Job job(ResultSet row) throws SQLException {
    NewJob asked =
        new NewJob(
            row.getString("owner"),
            row.getString("model"),
            row.getString("task"),
            row.getString("request"),
            row.getInt("variants"),
            text(row, "video"),
            text(row, "audio"),
            text(row, "remixed_from"),
            text(row, "idempotency_key"),
            row.getString("fingerprint"));
    String message = row.getString("error_message");
    return new Job(
        row.getString("id"),
        row.getLong("sequence"),
        asked,
        JobStatus.of(row.getString("status")),
        row.getInt("progress"),
        row.getString("phase"),
        row.getBoolean("cancel"),
        row.getInt("attempts"),
        message == null
            ? Optional.empty()
            : Optional.of(new Job.Failure(row.getString("error_code"), message)),
        row.getLong("created_at"),
        time(row, "started_at"),
        time(row, "completed_at"),
        time(row, "expires_at"),
        List.of());
  }

  private static Optional<String> text(ResultSet row, String column) throws SQLException {
    return Optional.ofNullable(row.getString(column));
  }

  private static Optional<Long> time(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  /** Adds a result of the job {@code id}. */
  static void write(Handle handle, String id, Job.Result result) {
    handle
        .createUpdate(
            "INSERT INTO result (job, number, seed, media, media_type, media_bytes, sound, seconds)"
                + " VALUES (:job, :number, :seed, :media, :type, :bytes, :sound, :seconds)")
        .bind("job", id)
        .bind("number", result.number())
        .bind("seed", result.seed())
        .bind("media", result.media())
        .bind("type", result.mediaType())
        .bind("bytes", result.mediaBytes())
        .bind("sound", result.sound())
        .bind("seconds", result.seconds())
        .execute();
  }
}
