package kinetone.server.job;

import java.util.List;
import java.util.Optional;

/**
 * A job as it is in the database. Times are milliseconds since 1970.
 *
 * @param id what clients call it
 * @param sequence order of acceptance
 * @param asked what was asked for
 * @param status where it is
 * @param progress per cent
 * @param phase what is being done
 * @param cancel whether somebody wants it to end
 * @param attempts workers that have begun it
 * @param failure why it has no result
 * @param createdAt when it was accepted
 * @param startedAt when a worker took it last
 * @param completedAt when it ended
 * @param expiresAt when it will be forgotten
 * @param results its clips
 */
public record Job(
    String id,
    long sequence,
    NewJob asked,
    JobStatus status,
    int progress,
    String phase,
    boolean cancel,
    int attempts,
    Optional<Failure> failure,
    long createdAt,
    Optional<Long> startedAt,
    Optional<Long> completedAt,
    Optional<Long> expiresAt,
    List<Result> results) {
  /**
   * Why a job has no result.
   *
   * @param code for programs
   * @param message one line for people
   */
  public record Failure(String code, String message) {}

  /**
   * One clip.
   *
   * @param number from 0
   * @param seed of its noise
   * @param media hash of the file
   * @param mediaType of the file
   * @param mediaBytes of the file
   * @param sound hash of its sound as WAV
   * @param seconds it lasts
   */
  public record Result(
      int number,
      long seed,
      String media,
      String mediaType,
      long mediaBytes,
      String sound,
      double seconds) {}
}
