package kinetone.server.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.javalin.config.JavalinConfig;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import kinetone.checkpoint.Json;
import kinetone.common.KinetoneException;
import kinetone.common.Printable;
import kinetone.server.log.EventLog;
import kinetone.server.store.MediaStore;
import kinetone.server.store.StoreAwayException;
import kinetone.server.work.Failures;
import org.eclipse.jetty.http.HttpException;
import org.jdbi.v3.core.JdbiException;

/** Whatever goes wrong is told in the form of OpenAI's errors, with one line. */
public final class Errors {
  private static final String ANSWERED = "answered";

  /** What systems say through Java where a file takes no more. */
  private static final String DISK =
      ".*(no space left|file too large|quota exceeded|not enough space).*";

  private final MediaStore store;
  private final EventLog log;

  /** Faults go to {@code log}. */
  public Errors(MediaStore store, EventLog log) {
    this.store = store;
    this.log = log;
  }

  /** Adds what answers when something is thrown. */
  public void addTo(JavalinConfig javalin) {
    javalin.router.javaLangErrorHandler((response, error) -> fatal(response, error));
    RoutesConfig routes = javalin.routes;
    routes.exception(ApiException.class, (e, context) -> answer(context, e));
    routes.exception(KinetoneException.class, (e, context) -> answer(context, of(e)));
    routes.exception(
        StoreAwayException.class,
        (e, context) -> {
          log.fault("store_away", e);
          answer(
              context, ApiException.unavailable(5, "the media store does not answer; try later"));
        });
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
    Deque<Throwable> innermostFirst = new ArrayDeque<>();
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      innermostFirst.push(cause);
    }
    if (innermostFirst.stream().anyMatch(Errors::isOfDatabase)) {
      // What it failed of, be it a timeout, is nothing of the request's.
      log.fault("database_away", e);
      return ApiException.unavailable(5, "the database does not answer; try again later");
    }
    for (Throwable cause : innermostFirst) {
      Optional<ApiException> known = known(cause, e);
      if (known.isPresent()) {
        return known.get();
      }
    }
    if (context.isMultipartFormData() && e instanceof IllegalStateException) {
      return tooLarge();
    }
    log.fault("request", e);
    return ApiException.fault(500, "server_error", "a fault of the server; its log says more");
  }

  private static boolean isOfDatabase(Throwable cause) {
    return cause instanceof SQLException || cause instanceof JdbiException;
  }

  private Optional<ApiException> known(Throwable cause, Exception whole) {
    String name = cause.getClass().getName();
    String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    if (cause instanceof FileSystemException || message.matches(DISK)) {
      log.fault("request", whole);
      return Optional.of(
          ApiException.fault(507, "out_of_resources", "the disk of the server refuses"));
    }
    if (message.contains("max") && message.contains("exceed")) {
      return Optional.of(tooLarge());
    }
    if (name.contains("Timeout") || name.contains("Eof") || name.contains("EOF")) {
      return Optional.of(
          ApiException.refused(400, "incomplete", "the request did not come to its end"));
    }
    if (cause instanceof HttpException http && http.getCode() < 500) {
      return Optional.of(
          http.getCode() == 413
              ? tooLarge()
              : ApiException.refused(400, "malformed", "the request is no form as it says it is"));
    }
    return Optional.empty();
  }

  private static ApiException tooLarge() {
    return ApiException.refused(413, "too_large", "the request is larger than this server takes");
  }

  /** Memory, or a class that cannot be loaded: there is no context any more to answer with. */
  private void fatal(HttpServletResponse response, Error error) {
    log.fault("request", error);
    ApiException e =
        ApiException.fault(500, "server_error", "a fault of the server; its log says more");
    response.setStatus(e.status());
    response.setContentType("application/json");
    try {
      response.getOutputStream().write(node(e).toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException gone) {
      log.fault("request", gone);
    }
  }

  private static void answer(Context context, ApiException e) {
    if (e.retryAfterSeconds() > 0) {
      context.header("Retry-After", Integer.toString(e.retryAfterSeconds()));
    }
    context.attribute(ANSWERED, UUID.randomUUID());
    context.status(e.status());
    Answers.json(context, node(e));
  }

  static ObjectNode node(ApiException e) {
    ObjectNode node = Json.MAPPER.createObjectNode();
    ObjectNode error = node.putObject("error");
    error.put("message", e.getMessage());
    error.put("type", e.type());
    error.put("param", e.parameter().orElse(null));
    error.put("code", e.code());
    return node;
  }
}
