package kinetone.server.api;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import kinetone.common.Check;
import kinetone.server.key.ApiKeys;
import kinetone.server.key.ApiKeys.ApiKey;

/**
 * Who is let in. At an address of this machine alone nobody needs a key, but pages of other places
 * in somebody's browser are kept out; at any other address everybody needs one.
 */
public final class Doors {
  private static final String BEARER = "Bearer ";
  private static final long MINUTE_MILLIS = 60_000;

  private final boolean loopback;
  private final ApiKeys keys;
  private final Map<String, Minute> minutes = new ConcurrentHashMap<>();

  /** How many requests a key made in one minute. */
  private static final class Minute {
    private long number;
    private int requests;
  }

  /**
   * The doors of a server at {@code host}.
   *
   * @throws kinetone.common.KinetoneException when it is another address than this machine's, and
   *     there is no key
   */
  public Doors(String host, ApiKeys keys) {
    this.keys = keys;
    loopback = isLoopback(host);
    Check.that(
        loopback || !keys.all().isEmpty(),
        "%s can be reached from other machines, so a key is needed: make one with 'kinetone keys"
            + " --add NAME' (and the same --data), or leave --host out",
        host);
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      throw kinetone.common.KinetoneException.user(
          e, "--host %s is no address of this machine", host);
    }
  }

  /** Whether everybody needs a key. */
  public boolean needKeys() {
    return !loopback;
  }

  /** Adds what looks at every request before it is answered, and at every answer. */
  public void addTo(RoutesConfig routes) {
    routes.before(
        context -> {
          headers(context);
          requireOwnPage(context);
        });
    routes.beforeMatched("/v1/*", context -> Caller.set(context, caller(context)));
    routes.beforeMatched("/metrics", context -> caller(context));
  }

  private static void headers(Context context) {
    context.header(
        "Content-Security-Policy",
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
            + " media-src 'self' blob:; connect-src 'self'; manifest-src 'self'; base-uri 'none';"
            + " form-action 'none'; frame-ancestors 'none'");
    context.header("X-Content-Type-Options", "nosniff");
    context.header("Referrer-Policy", "no-referrer");
    context.header("Cross-Origin-Opener-Policy", "same-origin");
    context.header("Cross-Origin-Resource-Policy", "same-origin");
    context.header("Permissions-Policy", "camera=(self), microphone=(self), geolocation=()");
  }

  /**
   * A page of another place may send forms here from a browser on this machine, and may even give
   * its own name the address of this machine; neither is meant.
   */
  void requireOwnPage(Context context) {
    String host = Optional.ofNullable(context.header("Host")).orElse("");
    if (loopback && !host.matches("(?i)(localhost|127\\.\\d+\\.\\d+\\.\\d+|\\[::1\\])(:\\d+)?")) {
      throw ApiException.refused(
          403, "wrong_host", "this server is for this machine: ask localhost or 127.0.0.1");
    }
    String origin = context.header("Origin");
    boolean foreign = origin != null && !origin.replaceFirst("^https?://", "").equals(host);
    if (foreign || "cross-site".equals(context.header("Sec-Fetch-Site"))) {
      throw ApiException.refused(
          403, "wrong_origin", "pages of other places may not use this server");
    }
  }

  private Caller caller(Context context) {
    String header = Optional.ofNullable(context.header("Authorization")).orElse("");
    return admit(header.startsWith(BEARER) ? header.substring(BEARER.length()).strip() : "");
  }

  /**
   * Who brings {@code secret}; anybody where no keys are needed.
   *
   * @throws ApiException when it is no key, or was used too often
   */
  Caller admit(String secret) {
    if (loopback) {
      return Caller.ANYBODY;
    }
    ApiKey key =
        keys.find(secret)
            .orElseThrow(
                () ->
                    ApiException.unauthorised(
                        "a key is needed that this server knows: Authorization: Bearer KEY"));
    count(key);
    return new Caller(key.name(), key.jobs());
  }

  private void count(ApiKey key) {
    long now = System.currentTimeMillis() / MINUTE_MILLIS;
    Minute minute = minutes.computeIfAbsent(key.name(), name -> new Minute());
    synchronized (minute) {
      if (minute.number != now) {
        minute.number = now;
        minute.requests = 0;
      }
      minute.requests++;
      if (minute.requests > key.requestsPerMinute()) {
        int wait = (int) (60 - System.currentTimeMillis() / 1000 % 60);
        throw ApiException.tooMany(
            "rate_limit_exceeded",
            Math.max(1, wait),
            "this key may make " + key.requestsPerMinute() + " requests a minute");
      }
    }
  }
}
