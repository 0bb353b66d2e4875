package kinetone.server.store;

/** The place where media are kept does not answer, or refuses; later it may be back. */
public final class StoreAwayException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** With what was tried, and what was said. */
  public StoreAwayException(String message, Throwable cause) {
    super(message, cause);
  }
}
