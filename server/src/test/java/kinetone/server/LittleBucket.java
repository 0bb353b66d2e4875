package kinetone.server;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import kinetone.server.store.Bucket;

/** As much of S3 as the server asks for, in this process: one bucket, lists of two names a page. */
final class LittleBucket implements AutoCloseable {
  static final String NAME = "little-bucket";
  private static final int PAGE = 2;
  private static final DateTimeFormatter HTTP_DATE =
      DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

  /** What is kept. */
  record Kept(byte[] content, Instant put) {}

  final SortedMap<String, Kept> objects = new ConcurrentSkipListMap<>();
  private final HttpServer http;
  private volatile boolean away;

  LittleBucket() {
    // Where the tools of Amazon look for them.
    System.setProperty("aws.accessKeyId", "somebody");
    System.setProperty("aws.secretAccessKey", "secret");
    try {
      http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(
        Executors.newCachedThreadPool(
            work -> {
              Thread thread = new Thread(work, "little-bucket");
              thread.setDaemon(true);
              return thread;
            }));
    http.createContext("/", this::answer);
    http.start();
  }

  int port() {
    return http.getAddress().getPort();
  }

  String endpoint() {
    return "http://127.0.0.1:" + port();
  }

  Bucket bucket(String prefix) {
    return Bucket.of("s3://" + NAME + "/" + prefix, endpoint());
  }

  /** From now on it refuses everything, or no more. */
  void away(boolean now) {
    away = now;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      String path = exchange.getRequestURI().getPath().substring(1);
      String authorization = exchange.getRequestHeaders().getFirst("Authorization");
      if (away) {
        refuse(exchange, 500, "InternalError");
      } else if (authorization == null || !authorization.contains("Credential=somebody/")) {
        refuse(exchange, 403, "InvalidAccessKeyId");
      } else if (!path.equals(NAME) && !path.startsWith(NAME + "/")) {
        refuse(exchange, 404, "NoSuchBucket");
      } else if (path.length() <= NAME.length() + 1) {
        send(exchange, 200, exchange.getRequestMethod().equals("GET") ? list(exchange) : "");
      } else {
        object(exchange, path.substring(NAME.length() + 1), body);
      }
    }
  }

  private void object(HttpExchange exchange, String key, byte[] body) throws IOException {
    switch (exchange.getRequestMethod()) {
      case "PUT" -> {
        objects.put(key, new Kept(body, Instant.now()));
        send(exchange, 200, "");
      }
      case "DELETE" -> {
        objects.remove(key);
        exchange.sendResponseHeaders(204, -1);
      }
      default -> {
        Kept kept = objects.get(key);
        if (kept == null) {
          refuse(exchange, 404, "NoSuchKey");
          return;
        }
        exchange.getResponseHeaders().set("Last-Modified", HTTP_DATE.format(kept.put()));
        boolean whole = exchange.getRequestMethod().equals("GET");
        exchange.sendResponseHeaders(200, whole ? kept.content().length : -1);
        if (whole) {
          exchange.getResponseBody().write(kept.content());
        }
      }
    }
  }

  private String list(HttpExchange exchange) {
    String query = exchange.getRequestURI().getQuery();
    String prefix = query.replaceAll(".*prefix=([^&]*).*", "$1");
    String after = query.contains("token=") ? query.replaceAll(".*token=([^&]*).*", "$1") : "";
    List<String> keys =
        objects.keySet().stream()
            .filter(key -> key.startsWith(prefix) && key.compareTo(after) > 0)
            .toList();
    List<String> page = keys.subList(0, Math.min(PAGE, keys.size()));
    StringBuilder answer = new StringBuilder("<ListBucketResult>");
    for (String key : page) {
      answer
          .append("<Contents><Key>" + key + "</Key><LastModified>" + objects.get(key).put())
          .append("</LastModified></Contents>");
    }
    boolean more = keys.size() > PAGE;
    answer.append("<IsTruncated>" + more + "</IsTruncated>");
    if (more) {
      answer.append("<NextContinuationToken>" + page.get(PAGE - 1) + "</NextContinuationToken>");
    }
    return answer + "</ListBucketResult>";
  }

  private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
    boolean head = exchange.getRequestMethod().equals("HEAD");
    send(exchange, status, head ? "" : "<Error><Code>" + code + "</Code></Error>");
  }

  private static void send(HttpExchange exchange, int status, String xml) throws IOException {
    byte[] body = xml.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    http.stop(0);
  }
}
