package kinetone.server.api;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.NanoTime;

/**
 * Leaves whoever drips: such a one keeps a thread, and is never idle. Jetty's own {@code
 * MinimumDataRateHandler} gives no time to begin in.
 */
public final class SlowestBody extends Handler.Wrapper {
  private static final long GRACE_SECONDS = 5;

  private final long bytesPerSecond;

  /** Bodies that come slower than this on average, after some seconds, fail. */
  public SlowestBody(long bytesPerSecond) {
    this.bytesPerSecond = bytesPerSecond;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    return super.handle(new Timed(request), response, callback);
  }

  private final class Timed extends Request.Wrapper {
    private long bytes;

    Timed(Request request) {
      super(request);
    }

    @Override
    public Content.Chunk read() {
      Content.Chunk chunk = super.read();
      if (chunk == null || chunk.isLast()) {
        return chunk;
      }
      bytes += chunk.remaining();
      long seconds =
          NanoTime.elapsed(getBeginNanoTime(), NanoTime.now()) / TimeUnit.SECONDS.toNanos(1);
      if (seconds > GRACE_SECONDS && bytes < seconds * bytesPerSecond) {
        chunk.release();
        return Content.Chunk.from(new TimeoutException("the body comes too slowly"), true);
      }
      return chunk;
    }
  }
}
