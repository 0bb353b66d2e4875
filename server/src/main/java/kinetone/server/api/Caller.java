package kinetone.server.api;

import io.javalin.http.Context;

/**
 * Who asks.
 *
 * @param owner of the jobs that are asked for
 * @param jobs most that may wait or be made
 */
public record Caller(String owner, int jobs) {
  /** Everybody, where no keys are needed. */
  public static final Caller ANYBODY = new Caller("anybody", Integer.MAX_VALUE);

  private static final String ATTRIBUTE = "caller";

  /** Says who asks. */
  public static void set(Context context, Caller caller) {
    context.attribute(ATTRIBUTE, caller);
  }

  static Caller of(Context context) {
    Caller caller = context.attribute(ATTRIBUTE);
    if (caller == null) {
      throw new IllegalStateException("nobody asked who asks");
    }
    return caller;
  }
}
