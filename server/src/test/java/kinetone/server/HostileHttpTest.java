package kinetone.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import kinetone.server.api.Ceilings;
import kinetone.server.wall.Bounds;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Requests as they should not be. */
class HostileHttpTest {
  /** How many at least, and for how long; {@code -Dkinetone.fuzz.seconds=600} for an ordeal. */
  private static final int REQUESTS = 400;

  private static final int SECONDS = Integer.getInteger("kinetone.fuzz.seconds", 0);

  private static final String SECRET = "the words of a file that nobody sent";
  private static final int PATIENCE_MILLIS = 10_000;

  private static final List<String> METHODS =
      List.of(
          "GET", "POST", "DELETE", "HEAD", "PUT", "PATCH", "OPTIONS", "TRACE", "CONNECT", "GE T");

  private static final List<String> PATHS =
      List.of(
          "/v1/videos",
          "/v1/videos/video_1",
          "/v1/videos/video_1/content",
          "/v1/videos/video_1/remix",
          "/v1/videos/video_1/cancel",
          "/v1/videos/video_1/events",
          "/v1/models",
          "/v1/models/tiny",
          "/metrics",
          "/ready",
          "/",
          "*",
          "http://127.0.0.1/v1/models");

  private static final List<String> PIECES =
      List.of(
          "/..",
          "/%2e%2e/%2e%2e/secret.txt",
          "/..%2f..%2fsecret.txt",
          "/..;/..;/secret.txt",
          "%00",
          "%ff",
          "%",
          "?limit=-1",
          "?limit=99999999999999999999",
          "?index=1e9",
          "?variant=../../secret.txt",
          "?after=%27%20OR%201=1",
          "?a=" + "b".repeat(5000),
          "//evil.example/",
          "\\..\\secret.txt",
          "/video_" + "0".repeat(3000),
          "?order=asc&order=desc&limit=1&limit=2");

  private static final List<String> VALUES =
      List.of(
          "0",
          "-1",
          "1e308",
          "1e400",
          "-0.0",
          "9223372036854775808",
          "NaN",
          "null",
          "true",
          "[]",
          "{}",
          "\"\"",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"../secret.txt\"",
          "\"/etc/passwd\"",
          "\"http://127.0.0.1/\"",
          "[[[[[[[[]]]]]]]]",
          "\"" + "x".repeat(70_000) + "\"");

  private static final List<String> FIELDS =
      List.of(
          "task",
          "model",
          "prompt",
          "seed",
          "n",
          "size",
          "seconds",
          "start",
          "given",
          "from",
          "to",
          "num_inference_steps",
          "guidance_scale",
          "sampler",
          "video",
          "input_video",
          "input_audio",
          "input_video_id",
          "input_index",
          "",
          "__proto__",
          "@class");

  @TempDir private Path folder;
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private TinyServer server;

  @BeforeEach
  void start() throws IOException {
    Files.writeString(folder.resolve("secret.txt"), SECRET);
    server = new TinyServer(folder, c -> c.workers(0), log);
    Files.writeString(folder.resolve("data/secret.txt"), SECRET);
  }

  @AfterEach
  void end() {
    server.close();
  }

  private static <T> T one(SplittableRandom random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static byte[] request(SplittableRandom random) {
    String body = random.nextInt(3) == 0 ? form(random) : json(random);
    boolean form = body.startsWith("--");
    StringBuilder head = new StringBuilder();
    String path = one(random, PATHS) + (random.nextInt(2) == 0 ? one(random, PIECES) : "");
    head.append(random.nextInt(3) == 0 ? one(random, METHODS) : "POST").append(' ').append(path);
    head.append(random.nextInt(12) == 0 ? " HTTP/9.9" : " HTTP/1.1").append("\r\n");
    head.append("Host: ").append(random.nextInt(15) == 0 ? "evil.example" : "127.0.0.1");
    head.append("\r\nConnection: close\r\n");
    head.append("Content-Type: ")
        .append(form ? "multipart/form-data; boundary=b" : "application/json")
        .append("\r\n");
    switch (random.nextInt(10)) {
      case 0 -> head.append("Content-Length: 99999999999999\r\n");
      case 1 -> head.append("Content-Length: 5\r\nContent-Length: 6\r\n");
      case 2 -> head.append("Transfer-Encoding: chunked\r\n");
      case 3 -> head.append("Expect: 100-continue\r\nContent-Length: -1\r\n");
      case 4 ->
          head.append("Range: bytes=9-1,-0,a-b\r\nIdempotency-Key: \r\nContent-Length: 0\r\n");
      case 5 -> head.append("Authorization: Bearer \u0001\r\nCookie: ").append("c".repeat(9000));
      default -> head.append("Content-Length: ").append(bytes(body).length).append("\r\n");
    }
    head.append("\r\n").append(body);
    byte[] all = bytes(head.toString());
    for (int i = random.nextInt(4); i > 0; i--) {
      all[random.nextInt(all.length)] = (byte) random.nextInt(256);
    }
    return random.nextInt(6) == 0 ? Arrays.copyOf(all, random.nextInt(all.length)) : all;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static String json(SplittableRandom random) {
    StringBuilder body = new StringBuilder("{");
    for (int i = random.nextInt(4); i >= 0; i--) {
      body.append('"').append(one(random, FIELDS)).append("\": ").append(one(random, VALUES));
      body.append(i > 0 ? ", " : "");
    }
    return random.nextInt(20) == 0 ? "[".repeat(100_000) : body.append('}').toString();
  }

  private static String form(SplittableRandom random) {
    StringBuilder body = new StringBuilder();
    for (int i = random.nextInt(5); i >= 0; i--) {
      body.append("--b\r\nContent-Disposition: form-data; name=\"").append(one(random, FIELDS));
      body.append(random.nextBoolean() ? "\"; filename=\"../../secret.txt" : "");
      body.append("\"\r\n\r\n").append(one(random, VALUES)).append("\r\n");
    }
    return body.append(random.nextInt(4) == 0 ? "" : "--b--\r\n").toString();
  }

  /** All that is answered until the connection ends, or nothing. */
  private String send(byte[] request) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      OutputStream out = socket.getOutputStream();
      try {
        out.write(request);
        socket.shutdownOutput();
      } catch (IOException e) {
        // Answered and closed before all was sent.
      }
      InputStream in = socket.getInputStream();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no end within 10 s", e);
    } catch (IOException e) {
      return "";
    }
  }

  @Test
  void whatever_is_sent_is_refused_in_a_line_and_harms_nothing() throws IOException {
    SplittableRandom random = new SplittableRandom(5);
    TreeMap<String, Integer> answers = new TreeMap<>();
    long until = System.nanoTime() + 1_000_000_000L * SECONDS;
    for (int i = 0; i < REQUESTS || System.nanoTime() < until; i++) {
      byte[] request = request(random);
      String answer = send(request);
      String status = answer.isEmpty() ? "" : answer.substring(9, Math.min(12, answer.length()));
      answers.merge(status, 1, Integer::sum);
      String shown = new String(request, StandardCharsets.UTF_8);
      shown = shown.substring(0, Math.min(600, shown.length()));
      assertThat(answer).as(shown).matches("(?s)|HTTP/1\\.1 [124]\\d\\d.*|HTTP/1\\.1 505.*");
      assertThat(answer)
          .as(shown)
          .doesNotContain(SECRET, "kinetone.server", "java.lang", "org.eclipse", folder.toString());
    }
    assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    assertThat(log.toString(StandardCharsets.UTF_8)).doesNotContain("\"event\":\"fault\"");
    try (Stream<Path> left = Files.list(folder.resolve("data/temporary"))) {
      assertThat(left).isEmpty();
    }
    System.out.println("answers by status: " + answers);
    // It reached the addresses, and was not turned away at the door alone.
    assertThat(answers).as(answers.toString()).containsKeys("200", "400", "404");
  }

  @Test
  void a_file_beyond_the_limit_is_left_when_it_passes_it(@TempDir Path other) {
    Ceilings usual = Ceilings.USUAL;
    Bounds small = usual.media().with(1 << 20, 60);
    try (TinyServer strict =
        new TinyServer(other, c -> c.workers(0).ceilings(usual.with(usual.variants(), small)))) {
      String head =
          "--b\r\nContent-Disposition: form-data; name=\"input_video\"; filename=\"a.mp4\"\r\n\r\n";
      for (int megabytes : List.of(2, 40)) {
        byte[] body = bytes(head + "x".repeat(megabytes << 20) + "\r\n--b--\r\n");
        HttpRequest.BodyPublisher known = HttpRequest.BodyPublishers.ofByteArray(body);
        HttpRequest.BodyPublisher chunked =
            HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body));
        for (HttpRequest.BodyPublisher publisher : List.of(known, chunked)) {
          int status;
          try {
            status =
                strict
                    .send(
                        strict
                            .to("/v1/videos")
                            .header("Content-Type", "multipart/form-data; boundary=b")
                            .POST(publisher))
                    .statusCode();
          } catch (IllegalStateException e) {
            // Left before all was sent.
            status = 413;
          }
          assertThat(status).isEqualTo(413);
        }
      }
      assertThat(TinyServer.json(strict.get("/v1/videos")).path("data")).isEmpty();
      assertThat(other.resolve("data/temporary")).isEmptyDirectory();
    }
  }

  @Test
  void a_target_without_a_path_is_sent_nowhere() throws IOException {
    for (String target : List.of("?evil.example/", "?evil.example/..", "//evil.example/%2e%2e")) {
      for (String method : List.of("GET", "OPTIONS", "POST")) {
        assertThat(
                send(
                    bytes(
                        method
                            + " "
                            + target
                            + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")))
            .as(method + " " + target)
            .startsWith("HTTP/1.1 4")
            .contains("{\"error\"")
            .doesNotContain("Location", "<html");
      }
    }
  }

  @Test
  void whoever_drips_or_leaves_keeps_nothing() throws IOException, InterruptedException {
    String head =
        "POST /v1/videos HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: multipart/form-data;"
            + " boundary=b\r\nContent-Length: 1000000\r\n\r\n--b\r\nContent-Disposition: form-data;"
            + " name=\"input_video\"; filename=\"a.mp4\"\r\n\r\n";
    for (int i = 0; i < 20; i++) {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
        socket.getOutputStream().write(bytes(head + "x".repeat(i * 10_000)));
      }
    }
    long start = System.nanoTime();
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.server.port())) {
      socket.getOutputStream().write(bytes(head));
      while (System.nanoTime() - start < 20e9 && socket.getInputStream().available() == 0) {
        socket.getOutputStream().write('x');
        Thread.sleep(100);
      }
    } catch (IOException e) {
      // The server closed it, which is as good.
    }
    assertThat((System.nanoTime() - start) / 1e9).isLessThan(15);
    assertThat(server.get("/ready").statusCode()).isEqualTo(200);
    long until = System.nanoTime() + 10_000_000_000L;
    while (left() > 0 && System.nanoTime() < until) {
      Thread.sleep(50);
    }
    assertThat(left()).as("files in the making").isZero();
  }

  private long left() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("data/temporary"))) {
      return files.count();
    }
  }
}
