package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.http.Context;

/** Answers in JSON. */
public final class Answers {
  private Answers() {}

  /** Answers with {@code node}. */
  public static void json(Context context, ObjectNode node) {
    context.contentType("application/json").result(node.toString());
  }
}
