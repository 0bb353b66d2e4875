package kinetone.server.api;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses targets without a path, as {@code ?a=b}: they would be redirected to an address made of
 * what follows, which may be another host.
 */
public final class RootedPaths extends Handler.Wrapper {
  private static final String REFUSAL =
      Errors.node(ApiException.refused(400, "no_path", "the address has no path")).toString();

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = request.getHttpURI().getPath();
    if (path == null || path.isEmpty()) {
      response.setStatus(400);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
      Content.Sink.write(response, true, REFUSAL, callback);
      return true;
    }
    return super.handle(request, response, callback);
  }
}
