package kinetone.server.job;

import java.util.Locale;

/** Where a job is; the names are those of the videos API, and one more. */
public enum JobStatus {
  /** Accepted, waits for a worker. */
  QUEUED,
  /** A worker has it. */
  IN_PROGRESS,
  /** Its results are there. */
  COMPLETED,
  /** It has none, and says why. */
  FAILED,
  /** Somebody did not want it any more. */
  CANCELLED;

  /** The name in the database and in answers. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether nothing more will happen. */
  public boolean isFinal() {
    return this != QUEUED && this != IN_PROGRESS;
  }

  static JobStatus of(String label) {
    return valueOf(label.toUpperCase(Locale.ROOT));
  }
}
