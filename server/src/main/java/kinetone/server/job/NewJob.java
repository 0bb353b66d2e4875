package kinetone.server.job;

import java.util.Optional;

/**
 * What somebody asks for, checked.
 *
 * @param owner who asks: the name of a key
 * @param model the name it is served by
 * @param task its name
 * @param request JSON as {@code AskedRequest} writes it
 * @param variants clips to make, with seeds counting up
 * @param video hash of the given picture
 * @param audio hash of the given sound
 * @param remixedFrom the job whose input it shares
 * @param idempotencyKey asked for twice with one key, it is made once
 * @param fingerprint hash of all that was asked for
 */
public record NewJob(
    String owner,
    String model,
    String task,
    String request,
    int variants,
    Optional<String> video,
    Optional<String> audio,
    Optional<String> remixedFrom,
    Optional<String> idempotencyKey,
    String fingerprint) {}
