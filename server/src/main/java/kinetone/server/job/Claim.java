package kinetone.server.job;

/**
 * A job that a worker has. What a worker says of a job counts only while the claim holds: one that
 * was thought dead, and another has taken the job, changes nothing any more.
 *
 * @param job as it was when it was taken
 * @param worker who took it
 */
public record Claim(Job job, String worker) {}
