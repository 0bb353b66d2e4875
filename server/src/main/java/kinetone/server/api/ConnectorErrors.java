package kinetone.server.api;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Answers in the usual form what is refused before it is a request: what is no HTTP, or too much.
 */
public final class ConnectorErrors implements Request.Handler {
  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    int status = response.getStatus();
    String line =
        status == 431
            ? "the headers are longer than this server takes"
            : status == 414
                ? "the address is longer than this server takes"
                : status == 505 ? "this server speaks HTTP/1.1" : "this is no request";
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
    String answer = Errors.node(ApiException.refused(status, "malformed", line)).toString();
    Content.Sink.write(response, true, answer, callback);
    return true;
  }
}
