package kinetone.server.api;

import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;

/**
 * Server-sent events (WHATWG HTML, section 9.2) to one client, whatever it says that it accepts: a
 * plain {@code curl} says nothing. One thread writes at a time.
 */
final class EventStream implements AutoCloseable {
  private final OutputStream out;
  private final CompletableFuture<Void> end = new CompletableFuture<>();

  private EventStream(OutputStream out) {
    this.out = out;
  }

  /** Begins to answer; the answer is open until it is closed or the client goes away. */
  static EventStream open(Context context) {
    HttpServletResponse response = context.res();
    response.setStatus(200);
    response.setContentType("text/event-stream");
    response.setCharacterEncoding(StandardCharsets.UTF_8.name());
    response.setHeader("Cache-Control", "no-cache");
    response.setHeader("X-Accel-Buffering", "no");
    try {
      response.flushBuffer();
      EventStream stream = new EventStream(response.getOutputStream());
      context.future(() -> stream.end);
      return stream;
    } catch (IOException e) {
      throw ApiException.refused(400, "incomplete", "the client is gone");
    }
  }

  /** Whether nobody hears any more. */
  boolean ended() {
    return end.isDone();
  }

  /** Sends an event; {@code data} is one line. */
  void event(String event, String data) {
    write("event: " + event + "\ndata: " + data + "\n\n");
  }

  /** Sends what clients leave aside, to see whether there is one. */
  void comment(String comment) {
    write(": " + comment + "\n\n");
  }

  private void write(String text) {
    if (ended()) {
      return;
    }
    try {
      out.write(text.getBytes(StandardCharsets.UTF_8));
      out.flush();
    } catch (IOException e) {
      close();
    }
  }

  @Override
  public void close() {
    end.complete(null);
  }
}
