package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.util.UUID;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.server.log.EventLog;
import kinetone.server.store.MediaStore;
import kinetone.server.work.Failures;

/** Whatever goes wrong is told in the form of OpenAI's errors, with one line. */
public final class Errors {
  private final MediaStore store;
  private final EventLog log;

  /** Faults go to {@code log}. */
  public Errors(MediaStore store, EventLog log) {
    this.store = store;
    this.log = log;
  }

  /** Adds what answers when something is thrown. */
  public void addTo(RoutesConfig routes) {
    routes.exception(ApiException.class, (e, context) -> answer(context, e));
    routes.exception(KinetoneException.class, (e, context) -> answer(context, of(e)));
    routes.exception(
        HttpResponseException.class,
        (e, context) ->
            answer(
                context,
                ApiException.refused(
                    e.getStatus(), "http_" + e.getStatus(), Printable.line(e.getMessage()))));
    routes.exception(IllegalStateException.class, (e, context) -> answer(context, of(context, e)));
    routes.exception(Exception.class, (e, context) -> answer(context, of(context, e)));
    routes.error(
        404,
        context -> {
          if (context.attribute(ANSWERED) == null) {
            answer(context, ApiException.notFound("there is nothing at this address"));
          }
        });
  }

  private static final String ANSWERED = "answered";

  private ApiException of(KinetoneException e) {
    String line = Failures.line(e, store);
    return switch (e.kind()) {
      case USER -> ApiException.invalid(line);
      case RESOURCE -> {
        log.fault("request", e);
        yield ApiException.fault(507, "out_of_resources", line);
      }
      case MACHINE, INTERNAL -> {
        log.fault("request", e);
        yield ApiException.fault(500, "server_error", "a fault of the server; its log says more");
      }
    };
  }

  private ApiException of(Context context, Exception e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String name = cause.getClass().getName();
      String message = String.valueOf(cause.getMessage()).toLowerCase(java.util.Locale.ROOT);
      if (name.contains("BadMessage") || (message.contains("max") && message.contains("exceed"))) {
        return ApiException.refused(
            413, "too_large", "the request is larger than this server takes");
      }
      if (name.contains("Timeout") || name.contains("Eof") || name.contains("EOF")) {
        return ApiException.refused(400, "incomplete", "the request did not come to its end");
      }
      if (name.startsWith("java.sql.") || name.contains("jdbi")) {
        log.fault("database_away", e);
        return ApiException.unavailable(5, "the database does not answer; try again later");
      }
    }
    if (context.isMultipartFormData() && e instanceof IllegalStateException) {
      return ApiException.refused(413, "too_large", "the request is larger than this server takes");
    }
    log.fault("request", e);
    return ApiException.fault(500, "server_error", "a fault of the server; its log says more");
  }

  private static void answer(Context context, ApiException e) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    ObjectNode error = node.putObject("error");
    error.put("message", e.getMessage());
    error.put("type", e.type());
    error.put("param", e.parameter().orElse(null));
    error.put("code", e.code());
    if (e.retryAfterSeconds() > 0) {
      context.header("Retry-After", Integer.toString(e.retryAfterSeconds()));
    }
    context.attribute(ANSWERED, UUID.randomUUID());
    context.status(e.status());
    Answers.json(context, node);
  }
}
