package kinetone.server.job;

/** An idempotency key that stands for another request. */
public final class KeyReusedException extends RuntimeException {
  KeyReusedException() {
    super("this Idempotency-Key was used for another request; use a new one");
  }
}
